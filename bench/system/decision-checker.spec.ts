import { expect, test } from 'vitest';
import { checkDecisions, flawOf } from './decision-checker.ts';

const decided = (...ids: string[]) => ids.map((observationId) => ({ observationId, policySetDigest: 'sha256:a' }));
const flaw = (accepted: string[], decisions: ReturnType<typeof decided>) =>
  flawOf(checkDecisions(accepted, decisions, 'sha256:a'));

test('each accepted event with one decision is right, in any order', () => {
  expect(flaw(['a', 'b', 'c'], decided('c', 'a', 'b'))).toBeNull();
});

test('a missing decision is found and named', () => {
  expect(flaw(['a', 'b', 'c'], decided('a', 'c'))).toBe('of 3 accepted events: 1 without a decision (b)');
});

test('a second decision of one event is found, even where the numbers agree', () => {
  expect(flaw(['a', 'b'], decided('a', 'a'))).toBe(
    'of 2 accepted events: 1 without a decision (b); 1 decided twice (a)',
  );
});

test('a decision about what was never accepted is found', () => {
  expect(flaw(['a'], decided('a', 'z'))).toContain('1 decided without being accepted (z)');
});

test('a decision by other policies than those in force is found, so that a run that judged nothing has no speed', () => {
  expect(flaw(['a', 'b'], [...decided('a'), { observationId: 'b', policySetDigest: 'sha256:none' }])).toContain(
    '1 judged by other policies (b)',
  );
});
