/** What a policy can look at, found in its text: an upper bound, so a path not covered here cannot change the answer. */
export type PolicyReads = {
  /** Dotted paths below `input`, array elements dropped, `*` for a member chosen at run time, `*` alone for everything. */
  readonly inputPaths: readonly string[];
  /** True when the answer may depend on `time.now_ns`. */
  readonly clock: boolean;
  /** Names of the built-in functions called, sorted. */
  readonly builtins: readonly string[];
};
