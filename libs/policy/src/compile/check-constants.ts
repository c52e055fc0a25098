import { globPattern } from '../built-ins/glob-pattern.js';
import { re2Pattern } from '../built-ins/re2-pattern.js';
import type { Finding } from './check-report.js';
import { finding } from './house-rules.js';
import { everyTerm } from './rego-ast.js';
import type { RegoModule, Term } from './rego-ast.js';

/** Which operand is the pattern. */
const patternOf: Readonly<Record<string, number>> = {
  'regex.match': 0,
  'regex.split': 0,
  'regex.find_n': 0,
  'regex.find_all_string_submatch_n': 0,
  'regex.replace': 1,
};

const isTerm = (value: unknown): value is Term =>
  typeof value === 'object' && value !== null && 'type' in value && 'value' in value;

const termsOf = (value: unknown): readonly Term[] => (Array.isArray(value) ? value.filter(isTerm) : []);

const nameOf = (operator: Term | undefined): string =>
  termsOf(operator?.value)
    .map(({ value }) => String(value))
    .join('.');

/** Calls `visit` for every call below a node, whether it stands alone or within another term. */
const everyCall = (node: unknown, visit: (name: string, operands: readonly Term[]) => void): void => {
  if (typeof node !== 'object' || node === null) return;
  const call = isTerm(node)
    ? node.type === 'call'
      ? node.value
      : undefined
    : 'terms' in node
      ? node.terms
      : undefined;
  const [operator, ...operands] = termsOf(call);
  if (operator?.type === 'ref') visit(nameOf(operator), operands);
  Object.values(node).forEach((child: unknown) => everyCall(child, visit));
};

const isPattern = (text: string): boolean => re2Pattern(text) !== undefined;
const isGlob = (text: string): boolean => globPattern(text, []) !== undefined;

/** Patterns that stand in the text and are none: whoever calls with them has an error for every package. */
export const checkPatterns = (module: RegoModule): readonly Finding[] => {
  const findings: Finding[] = [];
  everyCall(module.rules ?? [], (name, operands) => {
    const pattern = operands[name === 'glob.match' ? 0 : (patternOf[name] ?? -1)];
    if (pattern?.type !== 'string') return;
    const text = String(pattern.value);
    if (name === 'glob.match' ? isGlob(text) : isPattern(text)) return;
    const what =
      name === 'glob.match' ? 'glob' : 'regular expression of RE2, which has no look-around and no backreferences';
    findings.push(finding('error', 'bad_pattern', `${JSON.stringify(text)} is no ${what}`, pattern.location));
  });
  return findings;
};

/** Names under which the text has the parameters, beside `data.parameters`. */
const parameterNames = (module: RegoModule): ReadonlySet<string> => {
  const imports = (module.imports ?? []).filter(({ path }) => nameOf(path).startsWith('data.parameters'));
  return new Set(imports.map(({ path, alias }) => alias ?? String(termsOf(path.value).at(-1)?.value)));
};

/**
 * A number as index of a parameter. Native OPA also finds the member of an object that is named by its digits; Wasm finds
 * elements of lists alone, so a policy that means the member would never find it.
 */
export const checkParameterIndexes = (module: RegoModule): readonly Finding[] => {
  const names = parameterNames(module);
  const findings: Finding[] = [];
  everyTerm(module.rules ?? [], (term) => {
    const [head, ...path] = term.type === 'ref' ? termsOf(term.value) : [];
    const isParameter = head?.value === 'data' ? path[0]?.value === 'parameters' : names.has(String(head?.value));
    const index = path.find(({ type }) => type === 'number');
    if (head?.type !== 'var' || !isParameter || index === undefined) return;
    const digits = String(index.value);
    const message = `[${digits}] finds an element of a list; a member of an object is named by a text: ["${digits}"]`;
    findings.push(finding('warning', 'number_as_member', message, index.location ?? head.location));
  });
  return findings;
};
