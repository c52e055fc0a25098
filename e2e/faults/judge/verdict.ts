import type { Target } from '../kill-plan.ts';
import type { Recoveries, Waits } from './recovery.ts';

/** What is counted and must be none. */
export const DEFECTS = [
  'lost',
  'duplicated',
  'gaps',
  'unpublished',
  'publishedLate',
  'wrongPresence',
  'unswept',
  'onOldFacts',
  'unassessed',
  'feedsUnrecorded',
  'policiesAstray',
  'effectsOpen',
  'effectsUnrequested',
  'effectsDoubled',
  'effectsEndedTwice',
  'effectsAbandoned',
  'effectsUnheard',
  'effectsAltered',
  'effectsUnknown',
  'webhooksForged',
] as const;

export type Defects = Readonly<Record<(typeof DEFECTS)[number], number>>;

/** What is printed. The how-to says what each means: docs/how-to/prove-that-nothing-is-lost.md. */
export interface Verdict extends Defects {
  /** Events that were answered with 202. */
  readonly accepted: number;
  /** Events that have a decision. */
  readonly decided: number;
  /** Whether the chain holds: by `weir log verify` and by a second calculation. */
  readonly logValid: boolean;
  /** What the load was. */
  readonly load: {
    readonly deletions: number;
    readonly repeatedAtOnce: number;
    readonly repeatedLate: number;
    readonly feeds: number;
    readonly policyChanges: number;
    readonly effects: number;
    readonly deliveries: Readonly<Record<string, number>>;
  };
  readonly kills: Readonly<Record<Target, number>>;
  /** SIGSTOPs of an evaluation process past its session. */
  readonly pauses: number;
  /** Messages of decisions that repeat one before; followers drop them. */
  readonly publishedAgain: number;
  /** Milliseconds from an event's acceptance until its decision. */
  readonly decidedAfterMs: Waits;
  /** Milliseconds from a kill until the last of the events due in the second after it was decided. */
  readonly recoveryMs: Recoveries;
}

export const isClean = (verdict: Defects & Pick<Verdict, 'logValid'>): boolean =>
  verdict.logValid && DEFECTS.every((defect) => verdict[defect] === 0);
