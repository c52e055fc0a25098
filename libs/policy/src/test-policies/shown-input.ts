import { everyTerm, type Location, type RegoModule, type Term } from '../compile/rego-ast.js';
import type { Shown, ShownMember } from '../engine/cut-input/shown-members.js';

/** Where the part of the input that a policy reads stands, for tests that hand it a whole one. */
const document = 'data.weir_shown.document';

const namesIn = (members: readonly ShownMember[]): string => members.map(({ name }) => JSON.stringify(name)).join(', ');

/** A function for each object of which not all is shown: what is no object is shown as it is, as `cutInput` has it. */
const partFunctions = (members: readonly ShownMember[], name: string): readonly string[] => [
  `${name}(x) := x if not is_object(x)`,
  `${name}(x) := {key: value | some key in [${namesIn(members)}]; value := ${name}_at(key, x)} if is_object(x)`,
  ...members.flatMap(({ name: key, inner }, index) => {
    const [text, at] = [JSON.stringify(key), `${name}_${index}`];
    if (inner === null) return [`${name}_at(${text}, x) := x[${text}]`];
    return [`${name}_at(${text}, x) := ${at}(x[${text}])`, ...partFunctions(inner, at)];
  }),
  // A policy that reads nothing has no member to ask for.
  ...(members.length === 0 ? [`${name}_at(_, _) := null if false`] : []),
];

/** The package that says in Rego what the engine cuts out of an input for a policy. */
export const shownPackage = (shown: readonly ShownMember[]): string =>
  ['package weir_shown', '', 'document := part(input)', '', ...partFunctions(shown, 'part'), ''].join('\n');

type Place = Location & { readonly length: number };

/** Every `input` of a text but those that `with` replaces. */
const inputsOf = (module: RegoModule): readonly Place[] => {
  const places = new Map<string, Place>();
  const note = (found: Map<string, Place>) => (term: Term) => {
    if (term.type !== 'var' || term.value !== 'input' || term.location === undefined) return;
    found.set(`${term.location.row}:${term.location.col}`, { ...term.location, length: 'input'.length });
  };
  everyTerm([module.imports ?? [], module.rules ?? []], note(places));
  const replaced = new Map<string, Place>();
  everyTarget(module.rules ?? [], (target) => everyTerm(target, note(replaced)));
  return [...places].filter(([at]) => !replaced.has(at)).map(([, place]) => place);
};

const everyTarget = (node: unknown, visit: (target: unknown) => void): void => {
  if (typeof node !== 'object' || node === null) return;
  if ('target' in node && 'value' in node) visit(node.target);
  for (const child of Object.values(node)) everyTarget(child, visit);
};

/** The text with every `input` replaced by what the policy is shown of it; lines stay where they are. */
export const readShownInput = (rego: string, module: RegoModule, shown: Shown): string => {
  if (shown === null) return rego;
  const lines = rego.split('\n');
  for (const { row, col, length } of [...inputsOf(module)].sort((a, b) => b.col - a.col)) {
    const characters = Array.from(lines[row - 1] ?? '');
    const found = characters.slice(col - 1, col - 1 + length).join('');
    if (found !== 'input') throw new Error(`expected "input" in line ${row}, column ${col}`);
    lines[row - 1] = [...characters.slice(0, col - 1), document, ...characters.slice(col - 1 + length)].join('');
  }
  return lines.join('\n');
};
