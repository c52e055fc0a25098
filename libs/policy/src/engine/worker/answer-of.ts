import { jsonOfRegoValue } from '../../built-ins/format-rego-value.js';
import { parseRegoValue } from '../../built-ins/parse-rego-value.js';
import { isArray, isObject, isSet } from '../../built-ins/rego-value.js';
import type { RegoObject, RegoValue } from '../../built-ins/rego-value.js';
import { PolicyFault } from '../policy-fault.js';

/** What a package document says. */
export type Verdict = { readonly match: boolean | null; readonly reasons: readonly string[]; readonly output: string };

/** A verdict that was reached without an error. */
export type Judged = Verdict & { readonly error: null };

const documentOf = (resultSet: RegoValue): RegoObject => {
  const [first] = isSet(resultSet) ? resultSet.elements : [];
  const document = isObject(first) ? first.entries[0]?.[1] : undefined;
  if (!isObject(document)) throw new PolicyFault('engine_fault', 'the module gave no package document');
  return document;
};

const memberOf = (document: RegoObject, name: string): RegoValue | undefined =>
  document.entries.find(([key]) => key === name)?.[1];

const matchOf = (value: RegoValue | undefined): boolean | null => {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value;
  throw new PolicyFault('conflict', `match is ${jsonOfRegoValue(value).slice(0, 200)}: it must be true or false`);
};

/** `reason contains msg` gives a set, `reason[msg] if` an object with messages as keys: both are lists of messages. */
const messagesOf = (value: RegoValue | undefined): readonly RegoValue[] => {
  if (value === undefined) return [];
  if (isArray(value)) return value;
  if (isSet(value)) return value.elements;
  return isObject(value) ? value.entries.map(([key]) => key) : [value];
};

const textOf = (message: RegoValue): string => (typeof message === 'string' ? message : jsonOfRegoValue(message));

const readVerdict = (dump: string): Judged => {
  const document = documentOf(parseRegoValue(dump));
  return {
    error: null,
    match: matchOf(memberOf(document, 'match')),
    reasons: messagesOf(memberOf(document, 'reason')).map(textOf).sort(),
    output: jsonOfRegoValue(document),
  };
};

const known = new Map<string, Judged>();
const mostKnown = 1_000;
const longestKnown = 2_000;

/** The verdict in a dumped result set. Most packages get one of few answers, so short ones are read once. */
export const answerOf = (dump: string): Judged => {
  const seen = known.get(dump);
  if (seen !== undefined) return seen;
  const verdict = readVerdict(dump);
  if (known.size >= mostKnown) known.clear();
  if (dump.length <= longestKnown) known.set(dump, verdict);
  return verdict;
};
