/** How often a policy was ended, and until when it is not asked again. */
type Strikes = { readonly strikes: number; readonly untilMillis: number };

/** Which policies are not asked for a while because they had to be ended again and again. */
export type Suspensions = {
  /** Milliseconds left, 0 when the policy may be asked. */
  readonly left: (key: string, policyId: string, nowMillis: number) => number;
  /** The policy was ended by force, or ran out of memory. */
  readonly strike: (key: string, policyId: string, nowMillis: number) => void;
  /** Forgets a policy set. */
  readonly forget: (key: string) => void;
};

const freeStrikes = 1;
const firstMillis = 1_000;
const longestMillis = 5 * 60_000;
/** A policy that behaves for this long starts afresh. */
const forgetAfterMillis = 10 * 60_000;

/** From the second strike on the policy is suspended: 1 s, then twice as long with each strike, at most 5 min. */
const periodOf = (strikes: number): number =>
  strikes <= freeStrikes ? 0 : Math.min(firstMillis * 2 ** (strikes - freeStrikes - 1), longestMillis);

/** Keeps count of strikes, so that one bad policy costs the others a few deadlines and not one per package. */
export const newSuspensions = (): Suspensions => {
  const records = new Map<string, Strikes>();
  const name = (key: string, policyId: string): string => `${key}\n${policyId}`;
  return {
    left: (key, policyId, nowMillis) =>
      records.size === 0 ? 0 : Math.max(0, (records.get(name(key, policyId))?.untilMillis ?? 0) - nowMillis),
    strike: (key, policyId, nowMillis) => {
      const known = records.get(name(key, policyId));
      const fresh = known === undefined || nowMillis - known.untilMillis > forgetAfterMillis;
      const strikes = fresh ? 1 : known.strikes + 1;
      records.set(name(key, policyId), { strikes, untilMillis: nowMillis + periodOf(strikes) });
    },
    forget: (key) => {
      for (const recorded of records.keys()) if (recorded.startsWith(`${key}\n`)) records.delete(recorded);
    },
  };
};
