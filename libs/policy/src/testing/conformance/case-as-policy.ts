import type { ConformanceCase } from './conformance-case.js';

/** The rule that a case's query becomes: its value is what `want_result` says. */
export const rowsRule = 'weir_rows';

/** A rule of the package cannot ask for the package. */
const asksForPackage = (query: string, module: string): boolean => {
  const name = /^\s*package\s+(\S+)/m.exec(module)?.[1] ?? '';
  return Array.from(query.matchAll(/\bdata((?:\.\w+)*)(?![.[\w(])/g)).some(([, path = '']) =>
    `.${name}.`.startsWith(`${path}.`),
  );
};

/** A case that is a policy as we take it: one text, no data beside it, and a query about the policy's rules. */
export const isPolicy = ({ modules = [], data = {}, query }: ConformanceCase): boolean =>
  modules.length <= 1 && Object.keys(data).length === 0 && !asksForPackage(query, modules[0] ?? '');

/** The query as a rule that collects its bindings. */
export const queryAsRule = ({ query, want_result: [first = {}] = [] }: ConformanceCase): string => {
  const bindings = Object.keys(first).map((name) => `${JSON.stringify(name)}: ${name}`);
  return `${rowsRule} := [{${bindings.join(', ')}} |\n${query}\n]\n`;
};

/** The case as the text of one policy. */
export const caseAsPolicy = (one: ConformanceCase): string =>
  `${one.modules?.[0] ?? 'package conformance'}\n\n${queryAsRule(one)}`;
