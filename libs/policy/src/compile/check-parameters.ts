import type { Finding } from './check-report.js';
import { everyTerm, type RegoModule, type Term } from './rego-ast.js';

type Read = { readonly names: ReadonlySet<string>; readonly all: boolean };

const textAt = (terms: readonly Term[], index: number): string | undefined =>
  terms[index]?.type === 'string' ? String(terms[index]?.value) : undefined;

/** How `data.parameters` is called in a text: by an import it has another name. */
const aliasesOf = (module: RegoModule): ReadonlyMap<string, number> => {
  const aliases = new Map<string, number>();
  for (const { path, alias } of module.imports ?? []) {
    const terms = Array.isArray(path.value) ? (path.value as readonly Term[]) : [];
    if (terms[0]?.value !== 'data' || textAt(terms, 1) !== 'parameters') continue;
    const last = textAt(terms, terms.length - 1) ?? 'parameters';
    aliases.set(alias ?? last, terms.length - 2);
  }
  return aliases;
};

/** Names of parameters that a text reads; `all` where it goes through them, or takes them as a whole. */
const parametersRead = (module: RegoModule): Read => {
  const names = new Set<string>();
  let all = false;
  const aliases = aliasesOf(module);
  const note = (name: string | undefined): void => {
    if (name === undefined) all = true;
    else names.add(name);
  };
  for (const { path } of module.imports ?? []) {
    const terms = Array.isArray(path.value) ? (path.value as readonly Term[]) : [];
    if (textAt(terms, 1) === 'parameters' && terms.length > 2) note(textAt(terms, 2));
  }
  let refs = 0;
  everyTerm(module.rules ?? [], (term) => {
    if (term.type === 'var' && aliases.get(String(term.value)) === 0) refs -= 1;
    if (term.type !== 'ref' || !Array.isArray(term.value)) return;
    const terms = term.value as readonly Term[];
    const [head] = terms;
    if (head?.type !== 'var') return;
    if (head.value === 'data') {
      const root = textAt(terms, 1);
      if (root === 'parameters') note(textAt(terms, 2));
      else if (root === undefined) all = true;
    } else if (aliases.get(String(head.value)) === 0) {
      refs += 1;
      note(textAt(terms, 1));
    }
  });
  // A name of the import that stands alone is all of them.
  return { names, all: all || refs < 0 };
};

/** Parameters that are given and that nothing in the text reads: mostly a misspelt name, whose default is then used. */
export const checkParameters = (
  module: RegoModule,
  parameters: Readonly<Record<string, unknown>>,
): readonly Finding[] => {
  const { names, all } = parametersRead(module);
  if (all) return [];
  const known = names.size === 0 ? 'it reads no parameters' : `it reads ${[...names].sort().join(', ')}`;
  return Object.keys(parameters)
    .filter((name) => !names.has(name))
    .map((name) => ({
      severity: 'warning',
      code: 'unknown_parameter',
      message: `the policy does not read the parameter ${JSON.stringify(name)}: ${known}`,
      line: 0,
      column: 0,
    }));
};
