import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DecisionRecorded } from './decision.js';
import { toVersion2, toVersion3, toVersion4 } from './upcast-decision.js';

const dataOf = (file: string): DecisionRecorded['data'] =>
  (JSON.parse(readFileSync(join(import.meta.dirname, 'history', file), 'utf8')) as DecisionRecorded).data;

const [v1, v2, v3] = [
  dataOf('decision-recorded.v1.json'),
  dataOf('decision-recorded.v2.json'),
  dataOf('decision-recorded.v3.json'),
];
const claims = (data: DecisionRecorded['data']) => data.results.filter(({ match }) => match !== undefined);
const licence = {
  policyId: 'licence',
  name: 'Licence',
  revision: 4,
  match: false,
  reasons: [],
  output: '{"match":false,"reason":[]}',
  error: null,
};

describe('a decision of version 1', () => {
  test('loses the digest of each revision, and nothing else', () => {
    expect(toVersion2(v1)).toStrictEqual(v2);
  });

  test('of a deleted package has no answers and stays as it is', () => {
    const deleted = dataOf('decision-recorded.v1.deleted.json');
    expect(toVersion2(deleted)).toStrictEqual(deleted);
    expect(toVersion3(deleted)).toStrictEqual(deleted);
    expect(toVersion4(deleted)).toStrictEqual({ ...deleted, basis: null, said: null });
  });
});

test('of version 2, what says nothing keeps its output alone', () => {
  expect(toVersion3({ ...v2, results: [...v2.results, licence] })).toStrictEqual(v3);
});

test('of version 2, what does not match but gives a reason is kept whole', () => {
  const reasoned = { ...v2, results: [{ ...licence, reasons: ['No licence is known'] }] };
  expect(toVersion3(reasoned)).toStrictEqual(reasoned);
});

describe('a decision of version 3', () => {
  test('keeps the answers that say something; what was not kept is null, and each policy is remembered', () => {
    const memory = {
      epss: { match: true, failures: 0 },
      slow: { match: null, failures: 1 },
      licence: { match: false, failures: 0 },
    };
    expect(toVersion4(v3)).toStrictEqual({ ...v3, basis: null, said: null, results: claims(v3), memory });
  });

  test('in which a policy gave a reason or no answer remembers that it does not match', () => {
    const results = [
      { ...licence, reasons: ['No licence is known'] },
      { ...licence, policyId: 'undefined', match: null },
    ];
    const memory = { licence: { match: false, failures: 0 }, undefined: { match: false, failures: 0 } };
    expect(toVersion4({ ...v3, results })).toMatchObject({ results, memory });
  });
});

test('the same decision of each version is the same in the newest, but for what versions 1 and 2 did not ask', () => {
  const newest = toVersion4(toVersion3(toVersion2(v1))) as DecisionRecorded['data'];
  const { licence: _licence, ...memory } = (toVersion4(v3) as DecisionRecorded['data']).memory ?? {};
  expect(newest).toStrictEqual({ ...(toVersion4(v3) as DecisionRecorded['data']), memory });
  expect(toVersion4(toVersion3(v2))).toStrictEqual(newest);
});
