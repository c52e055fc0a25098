/** A feed whose file is all that it says, so that what the file leaves out may be gone. */
export type WholeStateFeed = 'epss' | 'kev';

/** What a file would do to what is known. */
export interface FileEffect {
  /** Entries that were known before. */
  readonly known: number;
  /** Known entries that the file leaves out, and that no file of an earlier day left out. */
  readonly absent: number;
  /** Rows of the file that could not be read. */
  readonly unreadable: number;
  /** Known entries whose score the file states otherwise. */
  readonly moved: number;
  /** Known entries whose score or percentile it lowers. */
  readonly lowered: number;
  /** The share of the sum of all known scores that these lose, or of all percentiles, whichever is more. */
  readonly lost: number;
}

interface Rate {
  /** As a share of what is known. */
  readonly share: number;
  /** So few are never too many: small feeds change by large shares. */
  readonly atLeast: number;
}

/**
 * How much a true file of each feed may leave out of what was known, as measured and with room (ADR 0150). EPSS lost
 * 0.03 % in a week and 0.12 % in seven, 4.1 % when its fourth model came; KEV lost nothing in twenty months.
 */
const MOST_ABSENT: Readonly<Record<WholeStateFeed, Rate>> = {
  epss: { share: 0.01, atLeast: 100 },
  kev: { share: 0.005, atLeast: 5 },
};

/** In a normal week the scores that fall lose 0.06 % of the sum of all; a hundred scores are never 1 % of a real file. */
const MOST_LOST_ON_A_DAY = 0.01;
const FEW_FALLS = 100;
/** A new model moves 99.8 % of the scores, lowers score or percentile of 48 % of these, and 39 % of the sum is lost. */
const NEW_MODEL = { leastMoved: 0.9, mostLoweredOfMoved: 0.75, mostLost: 0.5 };

/** Why what a file takes away must wait, and for what. */
export interface HeldBack {
  /** Whether scores that fall must wait; what is absent always waits for a second day. */
  readonly falls: boolean;
  /** Sentences, for people. */
  readonly reasons: readonly string[];
}

/** Decides whether a file takes away more than its feed ever does; null: it does not. */
export const holdBack = (feed: WholeStateFeed, effect: FileEffect): HeldBack | null => {
  const { known, absent, unreadable } = effect;
  const most = Math.max(MOST_ABSENT[feed].atLeast, Math.floor(known * MOST_ABSENT[feed].share));
  const falls = fallsTooFar(effect);
  const reasons = [
    ...(absent > most
      ? [`it leaves out ${absent} of ${known} known entries, and a true file leaves out at most ${most}`]
      : []),
    ...(unreadable > most ? [`${unreadable} of its rows cannot be read, and a true file has at most ${most}`] : []),
    ...(falls
      ? [
          `it lowers ${effect.lowered} entries, by ${percent(effect.lost)} of the sum of all known ones, as no day and no new model does`,
        ]
      : []),
  ];
  return reasons.length === 0 ? null : { falls, reasons };
};

/** Invariant: of two files that differ in how much is lost alone, the one that loses more is not the one that is let in. */
const fallsTooFar = ({ known, moved, lowered, lost }: FileEffect): boolean => {
  if (lowered <= FEW_FALLS || lost <= MOST_LOST_ON_A_DAY) return false;
  const isNewModel =
    moved >= known * NEW_MODEL.leastMoved &&
    lowered <= moved * NEW_MODEL.mostLoweredOfMoved &&
    lost <= NEW_MODEL.mostLost;
  return !isNewModel;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
