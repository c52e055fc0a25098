import { describe, expect, test } from 'vitest';
import {
  afterwards,
  answer,
  DELETION,
  epssMoved,
  failure,
  given,
  judge,
  terms,
} from '../../../../tools/testing/judgement-commands.js';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import type { OnError, PolicyResult, PolicyTerms } from './desired-state.js';
import { NOTHING_REMEMBERED, remember, type Memory } from './memory.js';

const failed = (more: Parameters<typeof judge>[0] = {}) => judge({ cause: epssMoved, results: [failure()], ...more });
const QUARANTINED = { data: { desired: { state: 'quarantined' } } };
const AVAILABLE = { data: { desired: { state: 'available' } } };

describe('a policy that fails on hold does what its last answer did', () => {
  test.each([
    [true, QUARANTINED],
    [false, AVAILABLE],
  ])('it matched: %s', (match, then) => {
    given(...afterwards(judge({ results: [answer(match)] })))
      .when(failed())
      .thenLike(then);
  });

  test.each([
    [true, QUARANTINED],
    [false, AVAILABLE],
  ])('it matched: %s, and has failed many times since', (match, then) => {
    const failures = [failed(), failed({ cause: { kind: 'retry', policies: ['epss'] } }), failed()];
    given(...afterwards(judge({ results: [answer(match)] }), ...failures))
      .when(judge({ results: [failure()] }))
      .thenLike(then);
  });

  test.each([
    [true, QUARANTINED],
    [false, AVAILABLE],
  ])('it matched: %s, then the package was deleted and is published again', (match, then) => {
    const published = judge({ results: [failure()] });
    given(...afterwards(judge({ results: [answer(match)] }), judge(DELETION)))
      .when(published)
      .thenLike(then);
  });

  test.each([
    [true, QUARANTINED],
    [false, AVAILABLE],
  ])('it matched: %s, behind a terminal policy that had the last word and has it no more', (match, then) => {
    const release = terms({ policyId: 'release', precedence: 1, terminal: true, actions: [], onError: 'closed' });
    const both = { terms: [release, terms()], basis: 'sha256:basis-2' };
    const masked = judge({ ...both, results: [answer(true, { policyId: 'release' }), answer(match)] });
    const unmasked = judge({ ...both, cause: epssMoved, results: [answer(false, { policyId: 'release' }), failure()] });
    given(...afterwards(masked))
      .when(unmasked)
      .thenLike(then);
  });

  test.each([
    [true, QUARANTINED],
    [false, AVAILABLE],
  ])('it matched: %s, was out of scope for a while and is back', (match, then) => {
    const outOfScope = judge({ terms: [], results: [], cause: epssMoved });
    given(...afterwards(judge({ results: [answer(match)] }), outOfScope))
      .when(failed())
      .thenLike(then);
  });
});

describe('a policy on hold that never answered claims what a match would', () => {
  test('when the package was never judged', () => {
    given().when(failed()).thenLike(QUARANTINED);
  });

  test('when it is newly active on a package that others judged', () => {
    const other = terms({ policyId: 'other', onError: 'hold' });
    const one = judge({ terms: [other], results: [answer(false, { policyId: 'other' })] });
    const two = judge({
      terms: [other, terms()],
      results: [answer(false, { policyId: 'other' }), failure()],
      cause: epssMoved,
    });
    given(...afterwards(one))
      .when(two)
      .thenLike(QUARANTINED);
  });

  test('until it answers', () => {
    given(...afterwards(failed(), judge({ results: [answer(false)] })))
      .when(failed())
      .thenLike(AVAILABLE);
  });
});

interface Step {
  readonly terms: readonly PolicyTerms[];
  readonly results: readonly PolicyResult[];
}

const POLICIES = ['a', 'b', 'c', '__proto__'];

const randomStep = (chance: Chance): Step => {
  const asked = POLICIES.filter(() => chance.happens(0.7));
  const onError = (): OnError => chance.pick(['hold', 'hold', 'open', 'closed']);
  return {
    terms: asked.map((policyId) => terms({ policyId, onError: onError() })),
    results: asked.map((policyId) =>
      chance.happens(0.4) ? failure({ policyId }) : answer(chance.pick([true, false, null]), { policyId }),
    ),
  };
};

/** The last answer that a policy gave while it held; of one that answered since in another mode nothing is known. */
const lastAnswer = (steps: readonly Step[], policyId: string): boolean | null => {
  for (const { terms: asked, results } of steps.toReversed()) {
    const result = results.find((one) => one.policyId === policyId);
    if (!result || result.error) continue;
    return asked.find((one) => one.policyId === policyId)?.onError === 'hold' ? result.match === true : null;
  }
  return null;
};

/** How often it failed since it last answered; who answered nothing yet and is not asked any more begins anew. */
const failuresSince = (steps: readonly Step[], policyId: string): number => {
  let failures = 0;
  steps.forEach(({ results }, index) => {
    const result = results.find((one) => one.policyId === policyId);
    if (result) failures = result.error ? failures + 1 : 0;
    else if (lastAnswer(steps.slice(0, index), policyId) === null) failures = 0;
  });
  return failures;
};

test('whatever the order of answers, failures and absences, the last answer of each holding policy is known', () => {
  forEachSeed(300, (chance) => {
    const steps = Array.from({ length: 12 }, () => randomStep(chance));
    let memory: Memory = NOTHING_REMEMBERED;
    steps.forEach((step, index) => {
      memory = JSON.parse(JSON.stringify(remember(memory, step.terms, step.results))) as Memory;
      const until = steps.slice(0, index + 1);
      for (const policyId of POLICIES) {
        const known = Object.hasOwn(memory, policyId) ? memory[policyId] : undefined;
        expect([policyId, known?.match ?? null]).toEqual([policyId, lastAnswer(until, policyId)]);
        expect([policyId, known?.failures ?? 0]).toEqual([policyId, failuresSince(until, policyId)]);
      }
    });
  });
});

test('where nobody failed or holds the memory stays the same object', () => {
  const open = [terms({ onError: 'open' })];
  expect(remember(NOTHING_REMEMBERED, open, [answer(true)])).toBe(NOTHING_REMEMBERED);
});
