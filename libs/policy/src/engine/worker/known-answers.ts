import type { Judged } from './answer-of.js';

/** Answers by what was shown: a policy that did not look at the clock says the same of the same members. */
export type KnownAnswers = {
  readonly of: (policyId: string, shown: string | null) => Judged | undefined;
  readonly keep: (policyId: string, shown: string | null, answer: Judged) => void;
};

/** Most packages have no vulnerability and one of few licences: what is longer is hardly met twice. */
const LONGEST = 1_000;
const MOST_PER_POLICY = 1_000;

export const newKnownAnswers = (): KnownAnswers => {
  const policies = new Map<string, Map<string, Judged>>();
  return {
    of: (policyId, shown) =>
      shown === null || shown.length > LONGEST ? undefined : policies.get(policyId)?.get(shown),
    keep: (policyId, shown, answer) => {
      if (shown === null || shown.length > LONGEST) return;
      const known = policies.get(policyId) ?? new Map<string, Judged>();
      if (known.size >= MOST_PER_POLICY) known.clear();
      policies.set(policyId, known.set(shown, answer));
    },
  };
};
