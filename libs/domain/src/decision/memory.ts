import type { PolicyResult, PolicyTerms } from './desired-state.js';

/** What is remembered of one policy about one package. */
export interface Remembered {
  /** What it last answered; null when it never did. */
  readonly match: boolean | null;
  /** How often it has failed since. */
  readonly failures: number;
}

/**
 * What is remembered of the policies that have failed, and of those whose failure mode is `hold`, by their id: whatever
 * else was said is said anew each time. It outlives deletion, a terminal policy before it, and leaving the scope.
 */
export type Memory = Readonly<Record<string, Remembered>>;

export const NOTHING_REMEMBERED: Memory = {};

/** The memory after the policies gave these answers. */
export const remember = (memory: Memory, terms: readonly PolicyTerms[], results: readonly PolicyResult[]): Memory => {
  const holding = new Set(terms.flatMap(({ policyId, onError }) => (onError === 'hold' ? [policyId] : [])));
  if (holding.size === 0 && results.every(({ error }) => error === null) && isEmpty(memory)) return memory;
  const answered = new Set(results.map(({ policyId }) => policyId));
  const kept = Object.entries(memory).filter(([policyId, { match }]) => !answered.has(policyId) && match !== null);
  const fresh = results.flatMap((result): [string, Remembered][] => {
    const before = own(memory, result.policyId);
    if (result.error)
      return [[result.policyId, { match: before?.match ?? null, failures: (before?.failures ?? 0) + 1 }]];
    return holding.has(result.policyId) ? [[result.policyId, { match: result.match === true, failures: 0 }]] : [];
  });
  return Object.fromEntries([...kept, ...fresh]);
};

/** Policies are named by their users; none is called what every object has. */
export const own = (memory: Memory, policyId: string): Remembered | undefined =>
  Object.hasOwn(memory, policyId) ? memory[policyId] : undefined;

export const isEmpty = (memory: Memory): boolean => Object.keys(memory).length === 0;
