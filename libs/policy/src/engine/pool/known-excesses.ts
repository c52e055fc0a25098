import { createHash } from 'node:crypto';
import type { PolicyError } from '../policy-engine.js';

/** What came of an input, and when it was found out. */
export type Excess = { readonly error: PolicyError; readonly atMillis: number };

/** Inputs that made a policy exceed its limits when it was asked about them alone. */
export type KnownExcesses = {
  readonly of: (key: string, policyId: string, input: Uint8Array) => Excess | undefined;
  /** Whether anything of the set is known. */
  readonly isAny: (key: string) => boolean;
  readonly keep: (key: string, policyId: string, input: Uint8Array, excess: Excess) => void;
  readonly drop: (key: string, policyId: string, input: Uint8Array) => void;
  /** Forgets a policy set. */
  readonly forget: (key: string) => void;
};

/** Of a set. What is forgotten is asked among others again, which costs one more deadline. */
const MOST = 10_000;

/** Naming an input reads all of it, so inputs of a length that none of those kept has are told apart before. */
type OfSet = { readonly excesses: Map<string, Excess>; readonly lengths: Set<number> };

const nameOf = (policyId: string, input: Uint8Array): string =>
  `${policyId} ${createHash('sha256').update(input).digest('base64')}`;

/** An input is known by its bytes: other facts of a package are another input, and nothing is held against them. */
export const newKnownExcesses = (): KnownExcesses => {
  const sets = new Map<string, OfSet>();
  return {
    of: (key, policyId, input) => {
      const known = sets.get(key);
      return known?.lengths.has(input.length) === true ? known.excesses.get(nameOf(policyId, input)) : undefined;
    },
    isAny: (key) => sets.has(key),
    keep: (key, policyId, input, excess) => {
      const known: OfSet = sets.get(key) ?? { excesses: new Map(), lengths: new Set() };
      sets.set(key, known);
      known.excesses.set(nameOf(policyId, input), excess);
      known.lengths.add(input.length);
      const [oldest] = known.excesses.keys();
      if (known.excesses.size > MOST && oldest !== undefined) known.excesses.delete(oldest);
    },
    drop: (key, policyId, input) => {
      const known = sets.get(key);
      if (known?.excesses.delete(nameOf(policyId, input)) === true && known.excesses.size === 0) sets.delete(key);
    },
    forget: (key) => void sets.delete(key),
  };
};
