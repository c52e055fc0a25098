import { describe, expect, test } from 'vitest';
import { afterwards, answer, judge, LODASH } from '../../../../tools/testing/judgement-commands.js';
import { evolveJudgement, unjudged, type ConfirmedPackage, type JudgementsConfirmed } from './decision.js';

const decided = afterwards(judge({ results: [answer(true)] })).reduce(
  (state, event) => evolveJudgement(state, event, LODASH),
  unjudged,
);

const confirmedOf = (...packages: readonly ConfirmedPackage[]): JudgementsConfirmed => ({
  type: 'JudgementsConfirmed',
  version: 1,
  data: {
    workspace: 'acme',
    cause: { kind: 'freshness' },
    decidedAt: '2026-08-02T09:00:00.000Z',
    policySetDigest: 'sha256:set-1',
    engineDigest: 'sha256:engine',
    repositories: [judge().repository],
    packages,
    factsDigests: packages.map((_, index) => `sha256:facts-of-${index}`),
  },
});

const other: ConfirmedPackage = {
  repository: 0,
  packageKey: 'acme/npm-production/pkg:npm/other@1',
  basis: 'sha256:other',
  said: 'sha256:other',
};
const own: ConfirmedPackage = {
  repository: 0,
  packageKey: LODASH,
  basis: 'sha256:basis-2',
  said: 'sha256:said-2',
  memory: { epss: { match: true, failures: 2 } },
};

describe('a confirmation', () => {
  test('moves what a judgement rests on, says and remembers, and leaves what it asks for', () => {
    const { basis, said, memory } = own;
    const expected = { ...decided, factsDigest: 'sha256:facts-of-1', basis, said, memory };
    expect(evolveJudgement(decided, confirmedOf(other, own, other), LODASH)).toEqual(expected);
  });

  test('that remembers nothing forgets', () => {
    const { memory: _memory, ...without } = own;
    expect(evolveJudgement(decided, confirmedOf(without), LODASH)).toMatchObject({ memory: {} });
  });

  test('of a package that is gone names no facts', () => {
    const event = confirmedOf(own);
    const gone = { ...event, data: { ...event.data, factsDigests: [''] } };
    expect(evolveJudgement(decided, gone, LODASH)).toMatchObject({ factsDigest: null });
  });

  test('of other packages changes nothing', () => {
    expect(evolveJudgement(decided, confirmedOf(other), LODASH)).toBe(decided);
    expect(evolveJudgement(decided, confirmedOf(), LODASH)).toBe(decided);
  });

  test('of a package that was never judged changes nothing: the past is not up for discussion', () => {
    expect(evolveJudgement(unjudged, confirmedOf(own), LODASH)).toBe(unjudged);
  });
});
