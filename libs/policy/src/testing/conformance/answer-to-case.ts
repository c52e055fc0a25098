import { compareRego } from '../../built-ins/compare-rego.js';
import { jsonOfRegoValue } from '../../built-ins/format-rego-value.js';
import { parseRegoValue } from '../../built-ins/parse-rego-value.js';
import { isArray, isObject } from '../../built-ins/rego-value.js';
import type { RegoValue } from '../../built-ins/rego-value.js';
import type { PolicyEngine } from '../../engine/policy-engine.js';
import { fixedNow } from '../engine-for-tests.js';
import { rowsRule } from './case-as-policy.js';
import type { ConformanceCase } from './conformance-case.js';

/** What became of a case: it cannot be saved, it gave an error, or it gave bindings. */
export type Answer = { readonly refused: string } | { readonly error: string } | { readonly rows: RegoValue };

const rowsOf = (output: string): RegoValue => {
  const document = parseRegoValue(output);
  const rows = isObject(document) ? document.entries.find(([name]) => name === rowsRule)?.[1] : undefined;
  return rows ?? [];
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Asks the policy that a case has become. */
export const answerTo = async (
  engine: PolicyEngine,
  key: string,
  id: string,
  one: ConformanceCase,
): Promise<Answer> => {
  if (one.input_term !== undefined && !isJson(one.input_term)) return { refused: 'the input is no JSON' };
  const input = Buffer.from(one.input_term ?? JSON.stringify(one.input === undefined ? {} : one.input));
  const [[answer] = []] = await engine.evaluate({ key, inputs: [{ input, now: fixedNow, asks: [id] }] });
  if (answer === undefined) throw new Error(`no answer to ${id}`);
  return answer.error === null
    ? { rows: rowsOf(answer.output) }
    : { error: `${answer.error.code}: ${answer.error.message}` };
};

const ordered = (value: RegoValue): RegoValue => {
  if (isArray(value)) return value.map(ordered).toSorted(compareRego);
  if (isObject(value)) return { ...value, entries: value.entries.map(([name, member]) => [name, ordered(member)]) };
  return value;
};

/** Ways in which a query holds come in no order; what is in them does, unless the case says otherwise. */
const rowsInOrder = (json: string, deep: boolean): RegoValue => {
  const rows = parseRegoValue(json);
  if (!isArray(rows)) return rows;
  return (deep ? rows.map(ordered) : rows).toSorted(compareRego);
};

/** How an answer differs from what OPA's suite wants, undefined where it does not. A refusal is no difference. */
export const differenceOf = (one: ConformanceCase, answer: Answer): string | undefined => {
  if ('refused' in answer) return undefined;
  if (one.want_error !== undefined)
    return 'error' in answer ? undefined : `wants an error, gives ${jsonOfRegoValue(answer.rows)}`;
  // A pattern or a text that a built-in cannot take: OPA gives undefined, and an error when it is strict.
  if ('error' in answer)
    return one.strict === true && answer.error.startsWith('builtin_failed') ? undefined : answer.error;
  // As text both know no sets: what is a set in Rego is a list in the suite.
  const wanted = rowsInOrder(JSON.stringify(one.want_result ?? []), one.sort_bindings === true);
  const given = rowsInOrder(jsonOfRegoValue(answer.rows), one.sort_bindings === true);
  if (compareRego(wanted, given) !== 0)
    return `wants ${jsonOfRegoValue(wanted)}, gives ${jsonOfRegoValue(given)}`.slice(0, 600);
  return undefined;
};
