import type { Expression, Import, RegoModule, Rule, Term } from '../compile/rego-ast.js';
import { packagePath, rulePath } from '../compile/rego-ast.js';
import type { InputPath, UnknownMember } from './input-path.js';
import { namedMember, pathText, someMember, wholeInput } from './input-path.js';
import type { PolicyReads } from './policy-reads.js';
import { presence } from './reads-path.js';

type Aliases = Map<string, Map<string, InputPath>>;

/** What the walk has found so far. `changed` asks for another round: an alias was new. */
type Walk = {
  readonly aliases: Aliases;
  readonly parameters: Aliases;
  readonly reads: Set<string>;
  /** Places that were only given another name: what is read of them is found where the name is used. */
  readonly named: Set<string>;
  readonly unknown: Map<string, UnknownMember>;
  readonly builtins: Set<string>;
  readonly ruleNames: ReadonlySet<string>;
  readonly ownPackage: string;
  readonly imports: ReadonlyMap<string, readonly InputPath[]>;
  scope: string;
  changed: boolean;
};

const addAliases = (walk: Walk, target: Aliases, name: string, paths: readonly InputPath[]): void => {
  const known = target.get(name) ?? new Map<string, InputPath>();
  for (const path of paths) {
    const text = pathText(path.names);
    if (!known.has(text)) walk.changed = true;
    known.set(text, path);
  }
  target.set(name, known);
};

const scoped = (walk: Walk, name: unknown): string => `${walk.scope} ${String(name)}`;

const pathsOfVar = (walk: Walk, name: unknown): readonly InputPath[] => {
  if (name === 'input') return [wholeInput];
  const local = walk.aliases.get(scoped(walk, name));
  return local === undefined ? (walk.imports.get(String(name)) ?? []) : [...local.values()];
};

const step = (walk: Walk, path: InputPath, term: Term): InputPath => {
  if (term.type !== 'string') return someMember(path);
  const next = namedMember(path, String(term.value));
  if (!next.known) {
    const text = pathText([...path.names, String(term.value)]);
    walk.unknown.set(`${text}@${term.location?.row}:${term.location?.col}`, { path: text, location: term.location });
  }
  return next.path;
};

const isTerm = (value: unknown): value is Term =>
  typeof value === 'object' && value !== null && 'type' in value && 'value' in value;

const termsOf = (term: Term): readonly Term[] => (Array.isArray(term.value) ? term.value.filter(isTerm) : []);

const callName = (term: Term | undefined): string =>
  term?.type === 'ref'
    ? termsOf(term)
        .map(({ value }) => String(value))
        .join('.')
    : '';

/** Places in `input` a term stands for, none when it stands for something else. */
const pathsOf = (walk: Walk, term: Term): readonly InputPath[] => {
  if (term.type === 'var') return pathsOfVar(walk, term.value);
  if (term.type === 'call') return pathsOfObjectGet(walk, termsOf(term));
  if (term.type !== 'ref') return [];
  const [head, ...rest] = termsOf(term);
  if (head === undefined) return [];
  const start = head.type === 'var' ? pathsOfVar(walk, head.value) : pathsOf(walk, head);
  return rest.reduce((paths, part) => paths.map((path) => step(walk, path, part)), start);
};

function pathsOfObjectGet(walk: Walk, [name, object, key]: readonly Term[]): readonly InputPath[] {
  if (callName(name) !== 'object.get' || object === undefined || key?.type !== 'string') return [];
  return pathsOf(walk, object).map((path) => step(walk, path, key));
}

const readWhole = (walk: Walk, paths: readonly InputPath[]): void =>
  paths.forEach(({ names }) => walk.reads.add(pathText(names)));

const presenceText = (names: readonly string[]): string =>
  names.length === 0 ? presence : `${names.join('.')}.${presence}`;

const readPresence = (walk: Walk, paths: readonly InputPath[]): void =>
  paths.forEach(({ names }) => walk.reads.add(presenceText(names)));

const readName = (walk: Walk, paths: readonly InputPath[]): void =>
  paths.forEach(({ names }) => walk.named.add(presenceText(names)));

/** Indexes within a reference are read; its head and members are the reference itself. */
const readIndexes = (walk: Walk, term: Term): void => {
  if (term.type === 'call') {
    termsOf(term)
      .slice(2)
      .forEach((argument) => readTerm(walk, argument));
    return;
  }
  if (term.type !== 'ref') return;
  const [head, ...rest] = termsOf(term);
  if (head !== undefined && head.type !== 'var' && pathsOf(walk, head).length === 0) readTerm(walk, head);
  rest.forEach((part) => readTerm(walk, part));
};

/** The term gets another name: only whether it is there counts, until the name is used. */
const bind = (walk: Walk, name: unknown, term: Term): boolean => {
  const paths = pathsOf(walk, term);
  if (paths.length === 0) return false;
  addAliases(walk, walk.aliases, scoped(walk, name), paths);
  readName(walk, paths);
  readIndexes(walk, term);
  return true;
};

/** Each member of the term gets a name in turn: how many there are counts. */
const bindMembers = (walk: Walk, name: unknown, term: Term): boolean => {
  const paths = pathsOf(walk, term);
  if (paths.length === 0) return false;
  addAliases(walk, walk.aliases, scoped(walk, name), paths.map(someMember));
  readPresence(walk, paths);
  readIndexes(walk, term);
  return true;
};

/** The term is used in a way not followed further: all below it is read. */
function readTerm(walk: Walk, term: Term): void {
  const paths = pathsOf(walk, term);
  if (paths.length > 0) {
    readWhole(walk, paths);
    readIndexes(walk, term);
  } else if (term.type === 'call') readCall(walk, termsOf(term));
  else readInside(walk, term.value);
}

/** Members of collections, parts of templates, terms and bodies of comprehensions. */
function readInside(walk: Walk, value: unknown): void {
  if (Array.isArray(value)) value.forEach((part: unknown) => readInside(walk, part));
  else if (isTerm(value)) readTerm(walk, value);
  else if (typeof value !== 'object' || value === null) return;
  else if ('terms' in value) readExpression(walk, value as Expression);
  else {
    const { body, ...rest } = value as { readonly body?: unknown } & Readonly<Record<string, unknown>>;
    readInside(walk, body);
    for (const [name, part] of Object.entries(rest)) if (name !== 'location') readInside(walk, part);
  }
}

const iterate = (walk: Walk, call: readonly Term[]): void => {
  const [value, collection] = call.slice(-2);
  if (value === undefined || collection === undefined) return;
  const bound = value.type === 'var' && bindMembers(walk, value.value, collection);
  if (!bound) [value, collection].forEach((term) => readTerm(walk, term));
};

const passArguments = (walk: Walk, name: string, args: readonly Term[]): void =>
  args.forEach((argument, index) => {
    const paths = pathsOf(walk, argument);
    if (paths.length === 0) {
      readTerm(walk, argument);
      return;
    }
    addAliases(walk, walk.parameters, `${name} ${index}`, paths);
    readName(walk, paths);
    readIndexes(walk, argument);
  });

const ownFunction = (walk: Walk, name: string): string | undefined => {
  const local = name.startsWith(`${walk.ownPackage}.`) ? name.slice(walk.ownPackage.length + 1) : name;
  return walk.ruleNames.has(local) ? local : undefined;
};

const isCompilers = (name: string): boolean => name === 'assign' || name === 'eq' || name.startsWith('internal.');

function readCall(walk: Walk, [operator, ...args]: readonly Term[]): void {
  const name = callName(operator);
  const [left, right] = args;
  const own = ownFunction(walk, name);
  if (own !== undefined) {
    passArguments(walk, own, args);
    return;
  }
  if (!isCompilers(name)) walk.builtins.add(name);
  if (name === 'assign' && left?.type === 'var' && right !== undefined && bind(walk, left.value, right)) return;
  if (name === 'eq' && left !== undefined && right !== undefined) {
    if (left.type === 'var') bind(walk, left.value, right);
    if (right.type === 'var') bind(walk, right.value, left);
  }
  if (name === 'count' && args.length === 1 && left !== undefined && pathsOf(walk, left).length > 0) {
    readPresence(walk, pathsOf(walk, left));
    readIndexes(walk, left);
    return;
  }
  args.forEach((argument) => readTerm(walk, argument));
}

function readExpression(walk: Walk, expression: Expression): void {
  const { terms } = expression;
  for (const { value } of expression.with ?? []) readTerm(walk, value);
  if (Array.isArray(terms)) readCall(walk, terms);
  else if ('symbols' in terms) {
    for (const symbol of terms.symbols) if (symbol.type === 'call') iterate(walk, termsOf(symbol));
  } else if ('domain' in terms) {
    iterate(walk, [terms.value, terms.domain]);
    terms.body.forEach((inner) => readExpression(walk, inner));
  } else if (isTerm(terms)) readTerm(walk, terms);
}

/** A parameter that is a pattern, or has another's name, is compared with the argument. */
const takeArguments = (walk: Walk, name: string, parameters: readonly Term[]): void =>
  parameters.forEach(({ type, value }, index) => {
    const paths = [...(walk.parameters.get(`${name} ${index}`)?.values() ?? [])];
    const isCompared =
      type !== 'var' ||
      parameters.some((other, place) => place !== index && other.type === 'var' && other.value === value);
    if (isCompared) readWhole(walk, paths);
    if (type === 'var') addAliases(walk, walk.aliases, scoped(walk, value), paths);
  });

const readRule = (walk: Walk, rule: Rule): void => {
  const name = rulePath(rule).join('.');
  takeArguments(walk, name, rule.head.args ?? []);
  rule.body?.forEach((expression) => readExpression(walk, expression));
  for (const term of [rule.head.key, rule.head.value, ...rule.head.ref.slice(1)]) if (term) readTerm(walk, term);
  if (rule.else !== undefined) readRule(walk, { ...rule.else, head: { ...rule.else.head, ref: rule.head.ref } });
};

const importedPaths = (walk: Walk, { path, alias }: Import): readonly [string, readonly InputPath[]] => {
  const names = termsOf(path);
  return [alias ?? String(names.at(-1)?.value), callName(path).startsWith('input') ? pathsOf(walk, path) : []];
};

const newWalk = (module: RegoModule): Walk => {
  const imports = new Map<string, readonly InputPath[]>();
  const walk: Walk = {
    aliases: new Map(),
    parameters: new Map(),
    reads: new Set(),
    named: new Set(),
    unknown: new Map(),
    builtins: new Set(),
    ruleNames: new Set((module.rules ?? []).map((rule) => rulePath(rule).join('.'))),
    ownPackage: ['data', ...packagePath(module)].join('.'),
    imports,
    scope: '',
    changed: true,
  };
  for (const one of module.imports ?? []) imports.set(...importedPaths(walk, one));
  return walk;
};

const minimal = (paths: ReadonlySet<string>): readonly string[] =>
  [...paths].filter((path) => !(path.endsWith(`.${presence}`) && paths.has(path.slice(0, -2)))).sort();

/** Invariant: who is shown something below a place sees whether the place is there, so that its name alone need not be told. */
const namedOnly = ({ named, reads }: Walk): readonly string[] => {
  const all = [...reads, ...named];
  return [...named].filter(
    (path) => !all.some((other) => other !== path && other.startsWith(path.slice(0, -presence.length))),
  );
};

/**
 * What a policy can read of its input, followed through variables, functions and iteration; where the trail is lost,
 * everything below the place counts as read. Also members that the documented shape of `input` has not.
 */
export const findReads = (
  module: RegoModule,
): { readonly reads: PolicyReads; readonly unknown: readonly UnknownMember[] } => {
  const walk = newWalk(module);
  while (walk.changed) {
    walk.changed = false;
    (module.rules ?? []).forEach((rule, index) => {
      walk.scope = String(index);
      readRule(walk, rule);
    });
  }
  const builtins = [...walk.builtins].sort();
  const reads = {
    inputPaths: minimal(new Set([...walk.reads, ...namedOnly(walk)])),
    clock: builtins.includes('time.now_ns'),
    builtins,
  };
  return { reads, unknown: [...walk.unknown.values()] };
};
