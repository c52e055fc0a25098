import { describe, expect, test } from 'vitest';
import { answer, failure } from '../../../../tools/testing/judgement-commands.js';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import type { PolicyResult } from './desired-state.js';
import type { Memory } from './memory.js';
import { LONGEST_RETRY, retryPause } from './retry-pause.js';

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;
const PASSING = [
  'deadline_exceeded',
  'memory_exceeded',
  'engine_fault',
  'suspended',
  'evidence_missing',
  'evidence_damaged',
];
const LASTING = ['conflict', 'builtin_failed', 'builtin_missing', 'bad_input'];

const failed = (code: string, policyId = 'epss'): PolicyResult => failure({ policyId, error: { code, message: '' } });
const after = (failures: number, policyId = 'epss'): Memory => ({ [policyId]: { match: null, failures } });

test('where nobody failed nothing is asked again', () => {
  expect(retryPause(after(7), [answer(true), answer(false), answer(null)], 0.5)).toBeNull();
});

describe.each([
  ['what may pass by itself', PASSING, LONGEST_RETRY],
  ['what lies in the policy and the facts', LASTING, DAY],
] as const)('%s', (_what, codes, longest) => {
  test.each(codes)('%s: five seconds, then twice as long each time, up to the longest', (code) => {
    for (let failures = 1; failures <= 40; failures += 1) {
      expect(retryPause(after(failures), [failed(code)], 0)).toBe(Math.min(longest, 5 * SECOND * 2 ** (failures - 1)));
    }
  });
});

test('what may pass heals within five minutes after its cause has ended', () => {
  expect(LONGEST_RETRY).toBe(300 * SECOND);
});

test('the spread brings forward by up to a fifth, and the one that comes first counts', () => {
  forEachSeed(500, (chance) => {
    const results = ['a', 'b', 'c'].flatMap((policyId) =>
      chance.happens(0.6) ? [failed(chance.pick([...PASSING, ...LASTING]), policyId)] : [answer(false, { policyId })],
    );
    const memory = Object.fromEntries(
      results.flatMap(({ policyId }) =>
        chance.happens(0.9) ? [[policyId, { match: null, failures: 1 + chance.below(60) }]] : [],
      ),
    );
    const [spread, unspread] = [retryPause(memory, results, chance.next()), retryPause(memory, results, 0)];
    expect(spread === null).toBe(results.every(({ error }) => error === null));
    if (spread === null || unspread === null) return;
    expect(spread).toBeLessThanOrEqual(unspread);
    expect(spread).toBeGreaterThanOrEqual(unspread * 0.8);
    const alone = results.flatMap((result) => retryPause(memory, [result], 0) ?? []);
    expect(unspread).toBe(Math.min(...alone));
  });
});
