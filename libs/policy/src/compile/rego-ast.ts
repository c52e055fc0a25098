/** Where a piece of policy text stands: line and column from 1, columns counted in code points. */
export type Location = { readonly row: number; readonly col: number };

/** A term of OPA's syntax tree; `value` depends on `type`. */
export type Term = { readonly type: string; readonly value: unknown; readonly location?: Location };

export type Expression = {
  readonly terms: Term | readonly Term[] | SomeDeclaration | EveryDeclaration;
  readonly with?: readonly { readonly target: Term; readonly value: Term }[];
};
export type SomeDeclaration = { readonly symbols: readonly Term[] };
export type EveryDeclaration = {
  readonly key: Term | null;
  readonly value: Term;
  readonly domain: Term;
  readonly body: readonly Expression[];
};

export type RuleHead = {
  readonly ref: readonly Term[];
  readonly args?: readonly Term[];
  readonly key?: Term;
  readonly value?: Term;
};
export type Rule = {
  readonly head: RuleHead;
  readonly body?: readonly Expression[];
  readonly else?: Rule;
  readonly default?: boolean;
  readonly location?: Location;
};
export type Import = { readonly path: Term; readonly alias?: string };

/** The syntax tree of one policy file, as `opa parse --format json --json-include locations` prints it. */
export type RegoModule = {
  readonly package: { readonly path: readonly Term[]; readonly location?: Location };
  readonly imports?: readonly Import[];
  readonly rules?: readonly Rule[];
};

/** The names along a package's path, without the leading `data`. */
export const packagePath = (module: RegoModule): readonly string[] =>
  module.package.path.slice(1).map(({ value }) => String(value));

/** The constant front of a rule's reference: `a.b` of `a.b[x] := y`. */
export const rulePath = (rule: Rule): readonly string[] => {
  const [head, ...rest] = rule.head.ref;
  const end = rest.findIndex(({ type }) => type !== 'string');
  return [head, ...(end < 0 ? rest : rest.slice(0, end))].map((term) => String(term?.value));
};

/** Calls `visit` for every term below a node, its locations and annotations left out. */
export const everyTerm = (node: unknown, visit: (term: Term) => void): void => {
  if (Array.isArray(node)) {
    for (const child of node) everyTerm(child, visit);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && 'value' in node) visit(node as Term);
  for (const [name, child] of Object.entries(node)) if (name !== 'location') everyTerm(child, visit);
};
