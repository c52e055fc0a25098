/** What a policy asks for, as part of a desired state. */
interface Wish {
  readonly policyId: string;
  readonly name: string;
}

/** What a policy answered, as far as a decision keeps it: one that said nothing may be left out. */
interface Answer {
  readonly policyId: string;
  readonly reasons?: readonly string[] | undefined;
  readonly error?: { readonly code: string; readonly message: string } | null | undefined;
}

/** A policy that asks for something, and why. */
export interface Asking<W extends Wish> {
  readonly policyId: string;
  readonly name: string;
  /** In the order in which they were applied; at least one. */
  readonly wishes: readonly W[];
  /** What the policy said of the package; may be empty. */
  readonly reasons: readonly string[];
  /** Set when the policy failed: it asks by its failure mode (`closed`, or `hold` of what matched before). */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/**
 * The policies that a desired state is owed to, in the order of application. One that failed counts like one that
 * matched as soon as its wish is part of the desired state; one whose failure asks for nothing is not here.
 */
export const askingPolicies = <W extends Wish>(
  because: readonly W[],
  results: readonly Answer[],
): readonly Asking<W>[] =>
  [...Map.groupBy(because, ({ policyId }) => policyId)].map(([policyId, wishes]) => {
    const answer = results.find((result) => result.policyId === policyId);
    return {
      policyId,
      name: wishes[0]?.name ?? policyId,
      wishes,
      reasons: answer?.reasons ?? [],
      error: answer?.error ?? null,
    };
  });

/** What a decision is explained by. */
export interface Explained {
  readonly presence: 'present' | 'deleted';
  readonly desired: { readonly because: readonly Wish[] };
  readonly results: readonly Answer[];
}

/** Why a decision desires what it does, in sentences for people. Never empty. */
export const reasonsInWords = ({ presence, desired, results }: Explained): readonly string[] => {
  if (presence === 'deleted') return ['The registry deleted the package'];
  const sentences = askingPolicies(desired.because, results).flatMap((asking) =>
    saidBy(asking).map((sentence) => `${asking.name}: ${sentence}`),
  );
  return sentences.length > 0 ? sentences : ['No policy asks for anything'];
};

/** A failure comes first: it is why the policy asks, whatever it said before it failed. */
const saidBy = ({ reasons, error }: Asking<Wish>): readonly string[] => {
  if (error) return [`could not be evaluated (${error.code}: ${error.message})`, ...reasons];
  return reasons.length > 0 ? reasons : ['matches'];
};
