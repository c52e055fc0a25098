import { goThroughPlan } from './go-through-plan.js';
import type { TimeUse } from './moves.js';
import { leastPaths, noReads, type NotedReads, type UnknownMember } from './noted-reads.js';
import type { Plan } from './plan-ir.js';
import { UnreadablePlan } from './plan-walk.js';
import { READS_ANALYSIS, READS_EVERYTHING, type PolicyReads } from './policy-reads.js';

/** What a policy looks at, and members that the documented input has not. */
export interface FoundReads {
  readonly reads: PolicyReads;
  readonly unknown: readonly UnknownMember[];
}

/**
 * What the policy of an entrypoint can look at, found in OPA's plan, which the Wasm module is made from: followed through
 * variables, functions, iteration and collections; where the trail is lost, everything below the place counts as read.
 * Invariant: what cannot be gone through reads everything and asks the clock.
 */
export const findReads = (plan: Plan, entrypoint: string): FoundReads => {
  const noted = noReads();
  try {
    return foundIn(noted, goThroughPlan(plan, entrypoint, noted));
  } catch (error) {
    if (!(error instanceof UnreadablePlan)) throw error;
    return { reads: { ...READS_EVERYTHING, analysis: READS_ANALYSIS }, unknown: [] };
  }
};

const foundIn = (noted: NotedReads, time: TimeUse): FoundReads => {
  const builtins = [...noted.builtins].sort();
  const clock = builtins.includes('time.now_ns');
  const reads = {
    analysis: READS_ANALYSIS,
    inputPaths: leastPaths(noted),
    clock,
    ...(clock && { time }),
    builtins,
  };
  return { reads, unknown: [...noted.unknown.values()] };
};
