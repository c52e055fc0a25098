import type { TimeUse } from './moves.js';

/**
 * Names how reads are found. Raise it when reads that were found before may say too little: who has older ones is shown
 * everything until it is compiled again.
 */
export const READS_ANALYSIS = 2;

/** What a policy can look at, found in its plan: an upper bound, so a path not covered here cannot change the answer. */
export type PolicyReads = {
  /** READS_ANALYSIS of the Weir that found them; those of before had none. */
  readonly analysis?: number | undefined;
  /** Dotted paths below `input`, array elements dropped, `*` for a member chosen at run time, `*` alone for everything. */
  readonly inputPaths: readonly string[];
  /** True when the answer may depend on `time.now_ns`. */
  readonly clock: boolean;
  /** How time can change the answer; absent when the clock is not read, and when nobody knows: then at any time. */
  readonly time?: TimeUse | undefined;
  /** Names of the built-in functions called, sorted. */
  readonly builtins: readonly string[];
};

/** Of a policy of which nobody knows what it looks at. */
export const READS_EVERYTHING: PolicyReads = { inputPaths: ['*'], clock: true, builtins: [] };

/** Reads as they were kept; everything, when they were found in a way that may have missed some. */
export const trustedReads = (kept: PolicyReads): PolicyReads =>
  kept.analysis === READS_ANALYSIS ? kept : READS_EVERYTHING;
