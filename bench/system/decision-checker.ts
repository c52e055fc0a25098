/** What a check of the log found. Only a run without a flaw has a speed. */
export interface Verdict {
  readonly expected: number;
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
  /** Decided without having been accepted. */
  readonly unknown: readonly string[];
  /** Judged by another set of policies than the one in force. */
  readonly otherPolicies: readonly string[];
}

/** One decision of the log, as far as the checker reads it. */
export interface LoggedDecision {
  readonly observationId: string;
  readonly policySetDigest: string;
}

/**
 * Compares what was accepted with what was decided. It shares no code with the services and reads the stored text only. Null allows
 * any set of policies.
 */
export const checkDecisions = (
  accepted: readonly string[],
  decisions: Iterable<LoggedDecision>,
  policySetDigest: string | null,
): Verdict => {
  const times = new Map(accepted.map((id) => [id, 0]));
  const [unknown, otherPolicies]: [string[], string[]] = [[], []];
  for (const decision of decisions) {
    const before = times.get(decision.observationId);
    if (before === undefined) unknown.push(decision.observationId);
    else times.set(decision.observationId, before + 1);
    if (policySetDigest !== null && decision.policySetDigest !== policySetDigest)
      otherPolicies.push(decision.observationId);
  }
  const having = (wanted: (count: number) => boolean) =>
    [...times].filter(([, count]) => wanted(count)).map(([id]) => id);
  return {
    expected: accepted.length,
    missing: having((count) => count === 0),
    doubled: having((count) => count > 1),
    unknown,
    otherPolicies,
  };
};

/** Why the decisions are not right, as a sentence; null when they are. */
export const flawOf = ({ expected, missing, doubled, unknown, otherPolicies }: Verdict): string | null => {
  const flaws = Object.entries({
    'without a decision': missing,
    'decided twice': doubled,
    'decided without being accepted': unknown,
    'judged by other policies': otherPolicies,
  })
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${ids.length} ${what} (${ids.slice(0, 3).join(', ')})`);
  return flaws.length === 0 ? null : `of ${expected} accepted events: ${flaws.join('; ')}`;
};
