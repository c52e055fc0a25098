import type { Location, RegoModule } from './rego-ast.js';
import { everyTerm } from './rego-ast.js';

/** The folder of the data document that belongs to one policy alone; the same in text, data and wrapper. */
export const ownRoot = (policyId: string): readonly [string, string] => ['weir', `p_${policyId}`];

type Insertion = Location & { readonly text: string; readonly before: string };

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
  return [...found.values()].sort((a, b) => b.col - a.col);
};

const insert = (line: string, { col, text, before }: Insertion): string => {
  const characters = Array.from(line);
  const start = characters.slice(0, col - 1).join('');
  if (!start.endsWith(before)) throw new Error(`expected "${before}" before column ${col} of: ${line}`);
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
    lines[insertion.row - 1] = insert(lines[insertion.row - 1] ?? '', insertion);
  }
  return lines.join('\n');
};
