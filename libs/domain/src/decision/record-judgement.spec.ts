import { describe, test } from 'vitest';
import { specificationOf } from '../../../../tools/testing/decider-specification.js';
import type { Cause } from './cause.js';
import { evolveJudgement, unjudged, type DecisionRecorded } from './decision.js';
import type { PolicyResult } from './desired-state.js';
import { recordDecision, type RecordDecision } from './record-decision.js';

const given = specificationOf({ decide: recordDecision, evolve: evolveJudgement, initialState: unjudged });

const observed = (kind: 'published' | 'copied' | 'deleted' | 'downloaded'): Cause => ({
  kind: 'observation',
  observation: { id: 'e-1', source: '/registry', kind, occurredAt: '2026-06-14T08:00:00.000Z', receivedAt: '2026-06-14T08:00:01.000Z', actor: null },
});
const epssMoved: Cause = { kind: 'feed', feed: 'epss', revision: '2026-08-02', changed: ['v0.vulnerabilities.epss'], because: ['CVE-2021-23337'] };
const policyChanged: Cause = { kind: 'policy', policySetDigest: 'sha256:set-2' };
const timePassed: Cause = { kind: 'time', dueAt: '2026-08-02T00:00:00.000Z' };

const result = (match: boolean | null, error: PolicyResult['error'] = null): PolicyResult => ({
  policyId: 'epss',
  name: 'EPSS at or over 0.2',
  revision: 1,
  match,
  reasons: match ? ['CVE-2021-23337 has EPSS 0.213'] : [],
  output: '{}',
  error,
});

const judge = (more: Partial<RecordDecision> = {}): RecordDecision => ({
  type: 'RecordDecision',
  workspace: 'acme',
  repository: { name: 'npm-production', format: 'npm', environment: 'production', team: null, region: null },
  package: { purl: 'pkg:npm/lodash@4.17.20', type: 'npm', namespace: null, name: 'lodash', version: '4.17.20', digest: null },
  presence: 'present',
  cause: observed('published'),
  decidedAt: '2026-06-14T08:00:02.000Z',
  factsDigest: 'sha256:facts-1',
  policySetDigest: 'sha256:set-1',
  engineDigest: 'sha256:engine',
  terms: [
    {
      policyId: 'epss',
      precedence: 10,
      terminal: false,
      actions: [
        { type: 'SetPackageState', state: 'quarantined' },
        { type: 'AddPackageTags', tags: ['exceeded-epss'] },
      ],
      onError: 'hold',
    },
  ],
  results: [result(false)],
  ...more,
});

const recorded = (more: Partial<RecordDecision> = {}, before: DecisionRecorded['data']['before'] = null): DecisionRecorded => {
  const { type: _type, terms: _terms, results, ...judged } = judge(more);
  const claims = results.some(({ match }) => match === true);
  const names = { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1 };
  return {
    type: 'DecisionRecorded',
    version: 3,
    data: {
      ...judged,
      results: results.map((each) => (each.match === false ? { policyId: 'epss', revision: 1, output: '{}' } : each)),
      desired: {
        state: claims ? 'quarantined' : 'available',
        tags: claims ? ['exceeded-epss'] : [],
        promotion: claims ? 'blocked' : 'allowed',
        because: claims ? [{ ...names, asks: 'quarantined' }, { ...names, asks: 'tag exceeded-epss' }] : [],
      },
      before,
    },
  };
};

test('the first judgement of a package names all it rests on, and that nothing was desired before', () => {
  given().when(judge()).then(recorded());
});

test('an answer is kept whole unless its output says it all', () => {
  const unlike = [{ ...result(false), reasons: ['No score yet'] }, result(null), result(true), result(null, { code: 'deadline', message: 'took over 250 ms' })];
  given().when(judge({ results: [result(false), ...unlike] })).thenLike({ data: { results: [{ policyId: 'epss', revision: 1, output: '{}' }, ...unlike] } });
});

test('a score that crosses the threshold quarantines, and the decision tells what was before', () => {
  const crossed = { cause: epssMoved, factsDigest: 'sha256:facts-2', results: [result(true)] };
  given(recorded()).when(judge(crossed)).then(recorded(crossed, { state: 'available', tags: [] }));
});

test('a quarantine that nothing asks for any more is lifted', () => {
  const fell = { cause: epssMoved, factsDigest: 'sha256:facts-2', results: [result(false)] };
  given(recorded({ results: [result(true)] }))
    .when(judge(fell))
    .then(recorded(fell, { state: 'quarantined', tags: ['exceeded-epss'] }));
});

describe('the same question is not answered twice', () => {
  test.each([
    ['a feed that changed no fact', { cause: epssMoved }],
    ['a policy change that left the set as it was', { cause: policyChanged }],
  ])('%s records nothing', (_what, same) => {
    given(recorded()).when(judge(same)).thenNothing();
  });

  test.each<[string, Partial<RecordDecision>]>([
    ['a feed that changed the facts', { cause: epssMoved, factsDigest: 'sha256:facts-2' }],
    ['another policy set', { cause: policyChanged, policySetDigest: 'sha256:set-2' }],
    ['a feed read under another policy set', { cause: epssMoved, policySetDigest: 'sha256:set-2' }],
    ['time that passed', { cause: timePassed, decidedAt: '2026-08-02T00:00:00.000Z' }],
    ['a further observation', { cause: observed('downloaded') }],
  ])('%s is asked again', (_what, different) => {
    given(recorded()).when(judge(different)).then(recorded(different, { state: 'available', tags: [] }));
  });

  test('a package never judged is judged whatever the cause', () => {
    given().when(judge({ cause: epssMoved })).then(recorded({ cause: epssMoved }));
  });
});

describe('a package that the registry deleted', () => {
  const deletion = { presence: 'deleted', cause: observed('deleted'), factsDigest: null, terms: [], results: [] } as const;
  const deleted: DecisionRecorded = {
    ...recorded(deletion),
    data: { ...recorded(deletion).data, desired: { state: 'deleted', tags: [], promotion: 'blocked', because: [] }, before: { state: 'quarantined', tags: ['exceeded-epss'] } },
  };

  test('is deleted without asking a policy', () => {
    given(recorded({ results: [result(true)] })).when(judge(deletion)).then(deleted);
  });

  test('stays deleted even when a policy would have matched', () => {
    given(recorded()).when(judge({ ...deletion, results: [result(true)] })).thenLike({ data: { desired: { state: 'deleted', tags: [] } } });
  });

  test('is judged afresh when it is published again', () => {
    given(recorded(), deleted).when(judge()).then(recorded({}, { state: 'deleted', tags: [] }));
  });

  test('is not judged by a feed again while it is gone', () => {
    given(recorded(), deleted).when(judge({ ...deletion, cause: epssMoved })).thenNothing();
  });
});

describe('a policy that fails on hold', () => {
  const failure = { cause: epssMoved, factsDigest: 'sha256:facts-2', results: [result(null, { code: 'deadline', message: 'took over 250 ms' })] };

  test('keeps the quarantine it had asked for', () => {
    given(recorded({ results: [result(true)] })).when(judge(failure)).thenLike({ data: { desired: { state: 'quarantined' } } });
  });

  test('keeps a package available that it had left alone', () => {
    given(recorded()).when(judge(failure)).thenLike({ data: { desired: { state: 'available' } } });
  });

  test('quarantines a package that was never judged', () => {
    given().when(judge(failure)).thenLike({ data: { desired: { state: 'quarantined' } } });
  });
});
