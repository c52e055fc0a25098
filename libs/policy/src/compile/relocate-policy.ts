import { RegoRefused } from './check-report.js';
import type { Location, RegoModule, Term } from './rego-ast.js';
import { everyTerm } from './rego-ast.js';

/** The folder of the data document that belongs to one policy alone; the same in text, data and wrapper. */
export const ownRoot = (policyId: string): readonly [string, string] => ['weir', `p_${policyId}`];

type Insertion = Location & { readonly text: string; readonly before: string };

const chain = 'rego.metadata.chain()';

/** The chain with the paths that the author knows: OPA writes the root of the policy into each. */
const chainBefore = '[object.union(weir_link, {"path": array.slice(weir_link.path, 2, 1000)}) | weir_link := ';
const chainAfter = '[_]]';

const isMetadataChain = ({ type, value }: Term): boolean =>
  type === 'ref' &&
  Array.isArray(value) &&
  (value as readonly Term[]).map((part) => String(part.value)).join('.') === 'rego.metadata.chain';

const insertionsOf = (module: RegoModule, root: string): readonly Insertion[] => {
  const found = new Map<string, Insertion>();
  const add = (location: Location | undefined, insertion: { text: string; before: string; after: number }): void => {
    if (location === undefined) throw new Error('OPA gave a term without a location');
    const place = { row: location.row, col: location.col + insertion.after };
    found.set(`${place.row}:${place.col}`, { ...place, text: insertion.text, before: insertion.before });
  };
  const first = module.package.path[1];
  add(first?.location, { text: `${root}.`, before: '', after: 0 });
  everyTerm([module.imports ?? [], module.rules ?? []], (term) => {
    if (term.type === 'var' && term.value === 'data')
      add(term.location, { text: `.${root}`, before: 'data', after: 4 });
  });
  everyTerm(module.rules ?? [], (term) => {
    if (isMetadataChain(term)) {
      add(term.location, { text: chainBefore, before: '', after: 0 });
      add(term.location, { text: chainAfter, before: chain, after: chain.length });
    }
  });
  return [...found.values()].sort((a, b) => b.col - a.col);
};

/** Throws `RegoRefused` where a call is written in a way that cannot be followed in the text. */
const insert = (line: string, { row, col, text, before }: Insertion, policyId: string): string => {
  const characters = Array.from(line);
  const start = characters.slice(0, col - 1).join('');
  if (!start.endsWith(before)) {
    const message = `write ${before} without blanks and on one line`;
    throw new RegoRefused(policyId, [{ severity: 'error', code: 'rego_parse_error', message, line: row, column: col }]);
  }
  return start + text + characters.slice(col - 1).join('');
};

/**
 * Moves a policy below its own root: every `data` in its text becomes `data.weir.p_<id>`, and its package with it.
 * Nothing else changes, so lines stay where the author has them, and no reference, however it is made, leaves the root.
 *
 * Invariant: policies of one module cannot see each other's rules or parameters.
 */
export const relocatePolicy = (rego: string, module: RegoModule, policyId: string): string => {
  const lines = rego.split('\n');
  for (const insertion of insertionsOf(module, ownRoot(policyId).join('.'))) {
    lines[insertion.row - 1] = insert(lines[insertion.row - 1] ?? '', insertion, policyId);
  }
  return lines.join('\n');
};
