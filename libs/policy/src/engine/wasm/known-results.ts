import type { CallContext } from '../../built-ins/built-in.js';

type Compute = (name: string, operands: readonly string[], clock: CallContext) => Uint8Array | null;

/** Results of built-ins by their operands, in Rego's spelling: one policy reads the same date for each rule that needs it, and again as of a later instant. */
export type KnownResults = {
  /** Computes what is not known. A fault is passed on and not remembered. */
  readonly of: (name: string, operands: readonly string[], compute: Compute) => Uint8Array | null;
};

/** What is longer hardly comes twice. */
const LONGEST = 500;
const MOST = 1_000;

/** Separates operands: Rego's spelling has no such character. */
const BETWEEN = '\0';

/** Results of one built-in by its operands. */
type Results = Map<string, Uint8Array | null>;

/** `clock`: that of the evaluation. Invariant: what is kept was computed without a look at it, of exactly these operands. */
export const newKnownResults = (clock: CallContext): KnownResults => {
  const known = new Map<string, Results>();
  let isTimeless = true;
  const watched: CallContext = {
    get nowNanos() {
      isTimeless = false;
      return clock.nowNanos;
    },
  };
  return {
    of: (name, operands, compute) => {
      const results = known.get(name) ?? new Map<string, Uint8Array | null>();
      const call = operands.length === 1 ? (operands[0] ?? '') : operands.join(BETWEEN);
      const seen = results.get(call);
      if (seen !== undefined) return seen;
      isTimeless = true;
      const result = compute(name, operands, watched);
      if (results.size >= MOST) results.clear();
      if (isTimeless && call.length <= LONGEST) known.set(name, results.set(call, result));
      return result;
    },
  };
};
