import type { Fault } from '../inflict-faults.ts';
import type { Target } from '../kill-plan.ts';
import { numbersOf, type LedgerLine } from '../load/ledger.ts';
import type { DecisionCount } from './count-decisions.ts';

export interface Spread {
  readonly median: number;
  readonly max: number;
}

export type Recoveries = Readonly<Partial<Record<Target | 'pause', Spread>>>;

const WINDOW_MS = 1_000;

/** Milliseconds from a kill until the last of the events due in the second after it was decided. */
export const recoveries = (
  lines: readonly LedgerLine[],
  answers: ReadonlyMap<number, DecisionCount>,
  faults: readonly Fault[],
): Recoveries => {
  const recoveryOf = ({ at }: Fault): number => {
    const after = lines.filter(({ dueAt }) => dueAt >= at && dueAt < at + WINDOW_MS);
    return Math.max(0, ...after.flatMap(numbersOf).map((number) => (answers.get(number)?.at ?? at) - at));
  };
  const byTarget = Map.groupBy(faults, ({ what }) => what);
  return Object.fromEntries([...byTarget].map(([what, those]) => [what, spread(those.map(recoveryOf))]));
};

/** How long events waited for their decision once they were accepted: of how many a recovery speaks shows here. */
export interface Waits {
  readonly median: number;
  /** Of 99 in a hundred. */
  readonly most: number;
  readonly max: number;
}

export const waitsOf = (lines: readonly LedgerLine[], answers: ReadonlyMap<number, DecisionCount>): Waits => {
  const waits = lines.flatMap((line) =>
    numbersOf(line).map((number) => Math.max(0, (answers.get(number)?.at ?? Infinity) - line.acceptedAt)),
  );
  const sorted = waits.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { median: at(0.5), most: at(0.99), max: sorted.at(-1) ?? 0 };
};

const spread = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
};
