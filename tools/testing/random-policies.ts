import type { Chance } from './random-cases.js';

/** Where a condition is made: which variables hold what, and what may be called. */
interface Scope {
  /** Variables that hold a place of the input, each with members that it may have. */
  readonly places: readonly Place[];
  readonly depth: number;
  /** Whether rules may be asked: none of those that are asked by others, which would go round. */
  readonly asksRules: boolean;
  readonly next: () => string;
}

interface Place {
  readonly text: string;
  readonly members: Members;
}

/** What a place may have: members by name, elements, or a scalar. */
export type Members = { readonly [name: string]: Members } | readonly [Members] | 'text' | 'number';

const vulnerability: Members = {
  identifier: 'text',
  severity: 'text',
  epss: { score: 'number' },
  cvss: { nvd: { V3Score: 'number' } },
  patched_versions: ['text'],
};

/** Documented members, and some that nobody documented. */
export const inputMembers: { readonly [name: string]: Members } = {
  v0: {
    package: { name: 'text', format: 'text', version: 'text', size: 'number', tags: [{ name: 'text' }] },
    repository: { name: 'text' },
    vulnerabilities: [vulnerability],
    upstream: { x: { y: 'text' }, 'a.b': 'number', list: [['text']] },
  },
  v1: { licence: { ids: ['text'], source: 'text' }, vulnerabilities: [{ id: 'text', kev: { ransomware: 'text' } }] },
};

export const TEXTS = ['lodash', 'npm', 'HIGH', 'LOW', 'MIT', '1.0', 'x', ''];

const member = (name: string): string => (/^[a-z_]+$/i.test(name) ? `.${name}` : `["${name}"]`);

/** A place some steps below one that is known. Lists are entered by number, by `_`, or not at all. */
const placeBelow = (chance: Chance, from: Place): Place => {
  const { members } = from;
  if (typeof members === 'string' || chance.happens(0.1)) return from;
  if (Array.isArray(members)) {
    const [of] = members as readonly [Members];
    return chance.happens(0.2)
      ? from
      : placeBelow(chance, { text: `${from.text}[${chance.pick(['_', '0', '1'])}]`, members: of });
  }
  const name = chance.pick(Object.keys(members));
  const of = (members as { readonly [name: string]: Members })[name] ?? 'text';
  return placeBelow(chance, { text: `${from.text}${member(name)}`, members: of });
};

const placeIn = (chance: Chance, { places }: Scope): Place => placeBelow(chance, chance.pick(places));

/** A place without `_`, which `not`, `every` and `with` need. */
const fixedPlace = (chance: Chance, scope: Scope): Place => {
  const { text, members } = placeIn(chance, scope);
  return { text: text.replaceAll('[_]', '[0]'), members };
};

/** A place that holds a text or a number, mostly. */
const leaf = (chance: Chance, scope: Scope): string => {
  for (let attempt = 0; ; attempt += 1) {
    const { text, members } = fixedPlace(chance, scope);
    if (typeof members === 'string' || attempt > 20) return text;
  }
};

const RULES = /\b(flag|chosen|texts|by_name|risky|helper|picked)\b/;

const withoutRules = (scope: Scope, make: () => string): string => {
  for (;;) {
    const text = make();
    if (scope.asksRules || !RULES.test(text)) return text;
  }
};

const constant = (chance: Chance): string =>
  chance.pick([...TEXTS.map((text) => JSON.stringify(text)), '1', '0.5', 'true', 'null', '[]', '{}', '["x"]']);

/** A value that is worked out of places. */
const expression = (chance: Chance, scope: Scope): string => {
  const at = (): string => fixedPlace(chance, scope).text;
  return withoutRules(scope, () =>
    chance.pick<() => string>([
      at,
      () => leaf(chance, scope),
      () => leaf(chance, scope),
      () => leaf(chance, scope),
      () => `object.get(${at()}, "${chance.pick(['name', 'size', 'x', 'a.b'])}", ${at()})`,
      () => `object.get(${at()}, ["package", "${chance.pick(['name', 'tags'])}"], "x")`,
      () => `object.get(input, ["v0", "vulnerabilities", 0, "severity"], "none")`,
      () => `object.get(${at()}, ${at()}, 1)`,
      () => `count(${at()})`,
      () => `sprintf("%v", [${at()}])`,
      () => `lower(${at()})`,
      () => `type_name(${at()})`,
      () => `{"a": ${at()}, "b": [${at()}, 1]}.a`,
      () => `[${at()}, ${at()}][${chance.pick(['0', '1'])}]`,
      () => `[${chance.pick(['one', 'other'])} | some one, other in ${at()}]`,
      () => `{one | some one in ${at()}}`,
      () => `{key: one | some key, one in ${at()}}`,
      () => `{path | walk(${at()}, [path, "x"])}`,
      () => `json.filter(${at()}, ["name", "x/y"])`,
      () => `object.union(${at()}, {"name": "x"})`,
      () => `object.keys(${at()})`,
      () => `array.concat(${at()}, [${at()}])`,
      () => `helper(${at()})`,
      () => `picked(${at()}, "${chance.pick(['name', 'x'])}")`,
      () => chance.pick(['texts', 'by_name', 'chosen']),
      () => `by_name[${at()}]`,
      () => `${at()}[${at()}]`,
      () => `json.marshal(${at()})`,
      () => `max([${at()}, 0])`,
    ])(),
  );
};

const block = (conditions: readonly string[]): string => `{ ${conditions.join('; ')} }`;

const conditionsIn = (chance: Chance, scope: Scope): string =>
  block(Array.from({ length: 1 + chance.below(2) }, () => condition(chance, scope)));

const deeper = (scope: Scope, ...places: readonly Place[]): Scope => ({
  ...scope,
  depth: scope.depth - 1,
  places: [...scope.places, ...places],
});

const elementOf = ({ members }: Place): Members =>
  Array.isArray(members) ? (members as readonly [Members])[0] : 'text';

/** What holds or does not. */
function condition(chance: Chance, scope: Scope): string {
  const simple = [
    () => `${expression(chance, scope)} == ${constant(chance)}`,
    () => `${expression(chance, scope)} != ${constant(chance)}`,
    () => `${expression(chance, scope)} == ${expression(chance, scope)}`,
    () => `${expression(chance, scope)} > ${constant(chance)}`,
    () => placeIn(chance, scope).text,
    () => `not ${fixedPlace(chance, scope).text}`,
    () => `${constant(chance)} in ${fixedPlace(chance, scope).text}`,
    () => `is_string(${fixedPlace(chance, scope).text})`,
    () => `startswith(${fixedPlace(chance, scope).text}, "l")`,
    () => `risky(${fixedPlace(chance, scope).text})`,
    () => `not risky(${fixedPlace(chance, scope).text})`,
    () => chance.pick(['flag', 'not flag', '"x" in texts', 'texts["npm"]', 'count(texts) > 1']),
  ];
  return withoutRules(scope, () =>
    scope.depth <= 0 || chance.happens(0.4) ? chance.pick(simple)() : nestedCondition(chance, scope),
  );
}

function nestedCondition(chance: Chance, scope: Scope): string {
  const place = fixedPlace(chance, scope);
  const variable = scope.next();
  const inner = deeper(scope, { text: variable, members: elementOf(place) });
  const same = deeper(scope, { text: variable, members: place.members });
  const used = `${variable} != "never"`;
  return chance.pick<() => string>([
    () => `some ${variable} in ${place.text}; ${used}; ${condition(chance, inner)}`,
    () =>
      `some key_${variable}, ${variable} in ${place.text}; key_${variable} != "x"; ${used}; ${condition(chance, inner)}`,
    () => `every ${variable} in ${place.text} { ${used}; ${condition(chance, inner)} }`,
    () => `${variable} := ${place.text}; ${used}; ${condition(chance, same)}`,
    () => `count([1 | some ${variable} in ${place.text}; ${used}; ${condition(chance, inner)}]) > 0`,
    () => `count({${variable} | some ${variable} in ${place.text}; ${condition(chance, inner)}}) == 1`,
    () => `${conditionsIn(chance, deeper(scope))} or ${conditionsIn(chance, deeper(scope))}`,
    () => `not ${conditionsIn(chance, deeper(scope))}`,
    () => `${withRule(chance)} with ${replacedPlace(chance)} as ${expression(chance, scope)}`,
    () => `flag with input as ${chance.pick(['{"v0": ', '{"v1": '])}${fixedPlace(chance, scope).text}}`,
    () => `${withRule(chance)} with helper as other`,
    () => `risky(${place.text}) with startswith as other_starts`,
    () => `[${variable}, _] = [${place.text}, 1]; ${used}; ${condition(chance, same)}`,
    () => `{"name": ${variable}} = ${place.text}; ${variable} == ${constant(chance)}`,
    () => `some ${variable} in ["name", "format", "x"]; ${place.text}[${variable}] == ${constant(chance)}`,
    () =>
      `some input_v in [${place.text}, ${fixedPlace(chance, scope).text}]; input_v != 7; ${condition(chance, deeper(scope, { text: 'input_v', members: place.members }))}`,
  ])();
}

const withRule = (chance: Chance): string => chance.pick(['flag', 'not flag', 'count(texts) > 0', 'chosen == "x"']);

const replacedPlace = (chance: Chance): string =>
  chance.pick(['input.v0.package', 'input.v0.package.name', 'input.v1', 'input.v0.vulnerabilities', 'input']);

/**
 * A policy of all kinds of expressions, the same for the same chance. Many are not accepted by OPA, for a type or a variable
 * that is not safe: those are passed over.
 */
export const randomPolicy = (chance: Chance): string => {
  let variables = 0;
  const next = (): string => `v${(variables += 1)}`;
  const scope = (depth: number, asksRules: boolean, ...places: readonly Place[]): Scope => ({
    places: [
      ...places,
      { text: 'input', members: inputMembers },
      { text: 'pkg', members: inputMembers['v0'] ?? 'text' },
    ],
    depth,
    asksRules,
    next,
  });
  // A parameter may be called like a rule or an import, and shadows it.
  const parameter = chance.pick(['x', 'chosen', 'pkg']);
  const argument: Place = { text: parameter, members: { name: 'text', package: { name: 'text' }, severity: 'text' } };
  const apart = scope(0, false);
  return [
    'package cloudsmith',
    'import future.keywords',
    'import input.v0 as pkg',
    'default match := false',
    `match if ${conditionsIn(chance, scope(2, true))}`,
    `match if ${conditionsIn(chance, scope(2, true))}`,
    `flag if ${conditionsIn(chance, scope(1, false))}`,
    `chosen := ${leaf(chance, apart)} if ${conditionsIn(chance, apart)} else := "x" if ${conditionsIn(chance, apart)}`,
    `texts contains ${leaf(chance, apart)} if ${conditionsIn(chance, apart)}`,
    `by_name[one.name] contains one.severity if some one in ${fixedPlace(chance, apart).text}`,
    `risky(${parameter}) if { ${parameter} != 0; ${condition(chance, { ...scope(1, false), places: [argument] })} }`,
    'helper(x) := x.name if is_object(x) else := x',
    `other(x) := ${chance.pick(['x', 'x.name', 'input.v0.repository.name', '"x"'])}`,
    'other_starts(a, b) if a != b',
    'picked(x, key) := x[key]',
  ].join('\n');
};
