import type { Memory, Remembered } from './memory.js';
import { isSilent } from './recorded-result.js';

type Members = Readonly<Record<string, unknown>>;

/** An answer as versions before 4 kept it: in version 3 what is silent has neither `match` nor reasons nor error. */
interface FormerResult {
  readonly policyId: string;
  readonly match?: boolean | null;
  readonly reasons?: readonly string[];
  readonly error?: object | null;
}

interface FormerData extends Members {
  readonly results: readonly FormerResult[];
}

/** Data of version 1 as version 2 has it: the policy set names the digest of each revision. */
export const toVersion2 = (data: unknown): unknown => ({
  ...former(data),
  results: former(data).results.map(withoutDigest),
});

/** Data of version 2 as version 3 has it: of who says nothing the output alone. */
export const toVersion3 = (data: unknown): unknown => ({
  ...former(data),
  results: former(data).results.map((result) => (saysNothing(result) ? outputAlone(result) : result)),
});

/**
 * Data of version 3 as version 4 has it: silent answers are named by the policy set. What was not kept is null, so that
 * the package is due; what each policy answered is remembered.
 */
export const toVersion4 = (data: unknown): unknown => {
  const { results } = former(data);
  const memory = memoryOf(results);
  return {
    ...former(data),
    basis: null,
    said: null,
    results: results.filter((result) => !saysNothing(result)),
    ...(results.length > 0 && { memory }),
  };
};

/** Invariant: what stands in a log was written by `recordDecision` of its version, so it has these members. */
const former = (data: unknown): FormerData => data as FormerData;

const withoutDigest = (result: FormerResult): object =>
  Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'revisionDigest'));

const outputAlone = (result: FormerResult): object =>
  Object.fromEntries(
    Object.entries(result).filter(([name]) => name === 'policyId' || name === 'revision' || name === 'output'),
  );

const saysNothing = ({ match = false, reasons = [], error = null }: FormerResult): boolean =>
  isSilent({ match, reasons, error: error as null });

const memoryOf = (results: readonly FormerResult[]): Memory =>
  Object.fromEntries(results.map((result) => [result.policyId, remembered(result)]));

const remembered = ({ match = false, error = null }: FormerResult): Remembered =>
  error === null ? { match: match === true, failures: 0 } : { match: null, failures: 1 };
