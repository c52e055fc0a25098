/** How far a policy of a set is beyond what it may cost. */
type Debt = {
  /** Packages' worth of ended work that is not worked off yet; at `atMillis`. */
  readonly owed: number;
  /** Packages since one was last answered within the limits, whatever each of them cost. */
  readonly inARow: number;
  readonly atMillis: number;
};

/** Which policies are not asked for a while, because they exceeded their limits for more packages than they may. */
export type Suspensions = {
  /** Milliseconds until a package that is not known to exceed the limits may be asked about; 0: now. */
  readonly left: (key: string, policyId: string, nowMillis: number) => number;
  /** Whether there is room to ask about a package again that is known to exceed the limits: half of what may be owed is kept for those not known. */
  readonly hasRoom: (key: string, policyId: string, nowMillis: number) => boolean;
  /** A policy was ended, or ran out of memory. `cost` is 1/2 for a deadline of work: for a package it is ended twice, among others and alone. */
  readonly exceeded: (key: string, policyId: string, cost: number, nowMillis: number) => void;
  /** So many packages were answered within the limits. */
  readonly answered: (key: string, policyId: string, packages: number, nowMillis: number) => void;
  /** Policies of a set that owe anything. */
  readonly owing: (key: string) => readonly string[];
  /** Forgets a policy set. */
  readonly forget: (key: string) => void;
};

/** Packages that may exceed the limits before the others have to wait. */
export const mostOwed = 8;
/** Packages answered within the limits that make up for one that exceeded them. */
export const worthOne = 16;
/** Deadlines within which time makes up for one: two of them are work, so a policy wastes a tenth of one worker. */
const deadlinesPerOne = 20;
/** The same for a policy that answers nothing any more, at most: a minute where the deadline is 250 ms. */
const longestPerOne = 240;

const none: Debt = { owed: 0, inARow: 0, atMillis: 0 };

/**
 * Keeps account of what policies waste. A package that exceeds the limits costs, packages that are answered and time make
 * up for it. So a policy that some packages make exceed its limits goes on for all others, and one that exceeds them for
 * every package is asked about a single one from time to time. Policies beyond what they may owe share one rate.
 */
export const newSuspensions = ({
  deadlineMillis,
  workers,
}: {
  readonly deadlineMillis: number;
  readonly workers: number;
}): Suspensions => {
  const debts = new Map<string, Map<string, Debt>>();

  /** Debts over `owes` that count for others: who was quiet for as long as one package takes at most to be made up for owes no more. */
  const owingOver = (owes: number, nowMillis: number): number => {
    const since = nowMillis - longestPerOne * deadlineMillis;
    let owing = 0;
    for (const ofSet of debts.values())
      for (const { owed, atMillis } of ofSet.values()) if (atMillis >= since && owed > owes) owing += 1;
    return owing;
  };
  /**
   * What one policy may owe. Many that owe at once share it: what each of a hundred may waste would be all that there is.
   * Each may exceed the limits for one package in any case.
   */
  const mayOwe = (nowMillis: number): number =>
    Math.max(1, Math.min(mostOwed, (mostOwed * workers) / Math.max(1, owingOver(0, nowMillis))));
  const crowd = (nowMillis: number): number => Math.max(1, owingOver(mayOwe(nowMillis) - 1, nowMillis) / workers);
  const millisPerOne = ({ inARow }: Debt, nowMillis: number): number => {
    const deadlines = Math.min(longestPerOne, deadlinesPerOne * 2 ** Math.max(0, inARow - mostOwed));
    return deadlines * deadlineMillis * crowd(nowMillis);
  };
  const now = (debt: Debt, nowMillis: number): number =>
    Math.max(0, debt.owed - (nowMillis - debt.atMillis) / millisPerOne(debt, nowMillis));
  const of = (key: string, policyId: string): Debt | undefined => debts.get(key)?.get(policyId);

  return {
    left: (key, policyId, nowMillis) => {
      const debt = of(key, policyId);
      if (debt === undefined) return 0;
      return Math.max(0, now(debt, nowMillis) - (mayOwe(nowMillis) - 1)) * millisPerOne(debt, nowMillis);
    },
    hasRoom: (key, policyId, nowMillis) => now(of(key, policyId) ?? none, nowMillis) < mayOwe(nowMillis) / 2,
    exceeded: (key, policyId, cost, nowMillis) => {
      const debt = of(key, policyId) ?? none;
      const ofSet = debts.get(key) ?? new Map<string, Debt>();
      debts.set(key, ofSet.set(policyId, debt));
      const owed = Math.min(mayOwe(nowMillis), now(debt, nowMillis) + cost);
      ofSet.set(policyId, { owed, inARow: debt.inARow + Math.min(cost, 1 / 2), atMillis: nowMillis });
    },
    answered: (key, policyId, packages, nowMillis) => {
      const debt = of(key, policyId);
      if (debt === undefined || packages === 0) return;
      const owed = now(debt, nowMillis) - packages / worthOne;
      if (owed > 0) debts.get(key)?.set(policyId, { owed, inARow: 0, atMillis: nowMillis });
      else debts.get(key)?.delete(policyId);
    },
    owing: (key) => [...(debts.get(key)?.keys() ?? [])],
    forget: (key) => void debts.delete(key),
  };
};
