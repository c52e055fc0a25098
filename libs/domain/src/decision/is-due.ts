/** What a judgement rests on, and until when it holds by itself. */
export interface Held {
  /** Names the facts, the policies in scope, the engine, the exceptions and the freshness; null when none was kept. */
  readonly basis: string | null;
  /** The least instant at which time, a retry or an exception's end may change the answer; null when none can. ISO 8601 in UTC. */
  readonly deadline: string | null;
}

/**
 * Whether a package must be judged: it never was, what its judgement rests on differs, or the deadline has come.
 * Invariant: this is the one rule, for observations, feeds, policies, time, retries and upgrades.
 */
export const isDue = (held: Held | null, basis: string, now: string): boolean =>
  held === null || held.basis !== basis || (held.deadline !== null && held.deadline <= now);
