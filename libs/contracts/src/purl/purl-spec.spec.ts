import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPurl } from './parse-package-url.js';
import { PURL_TYPE_RULES } from './purl-types.js';
import { spellPurl } from './spell-purl.js';
import type { PurlParts, Refused } from './split-purl.js';
import { writePurl } from './write-purl.js';

interface Parts {
  readonly type: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>> | null;
  readonly subpath: string | null;
}

type Case = { readonly file: string; readonly fails?: true } & (
  | { readonly type: 'parse'; readonly input: string; readonly output?: Parts }
  | { readonly type: 'validate'; readonly input: string; readonly output?: string }
  | { readonly type: 'build'; readonly input: Parts; readonly output?: string }
);

const lines = (name: string): unknown[] =>
  readFileSync(new URL(`purl-spec/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const cases = lines('cases.jsonl') as readonly Case[];

/** Where Weir says otherwise than a case of the specification, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'gem-test.json parse "pkg:gem/jruby-launcher@1.1.2?Platform=java"':
    'how-to-parse.md: the key is the lower-case left side; a Maven case of the same files wants repositorY_url taken',
  'rpm-test.json parse "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25"': 'the same',
  'git-test.json validate "pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c"':
    'git-definition.json: namespace and name are case-sensitive; the case lower-cases both',
  'swift-test.json parse "pkg:swift/github.com/Alamofire/@5.4.3"':
    'how-to-parse.md: trailing slashes are stripped before the name is split off; the case wants them refused',
};

const answer = (one: Case): Parts | string | Refused => {
  const parts = one.type === 'build' ? built(one.input) : readPurl(one.input);
  if ('refused' in parts) return parts;
  return one.type === 'parse' ? told(parts) : writePurl(parts);
};

const built = ({ type, namespace, name, version, qualifiers, subpath }: Parts): PurlParts | Refused => {
  if (type === null || name === null) return { refused: 'has no type or name' };
  const wrong = Object.keys(qualifiers ?? {}).find((key) => !/^[a-z][a-z0-9._-]*$/.test(key));
  if (wrong !== undefined) return { refused: wrong };
  return spellPurl({
    type,
    namespace: namespace?.split('/').filter((part) => part !== '') ?? [],
    name,
    version,
    qualifiers: qualifiers ?? {},
    subpath: subpath?.split('/').filter((part) => part !== '') ?? [],
  });
};

const told = ({ type, namespace, name, version, qualifiers, subpath }: PurlParts): Parts => ({
  type,
  namespace: namespace.join('/') || null,
  name,
  version,
  qualifiers: Object.keys(qualifiers).length === 0 ? null : qualifiers,
  subpath: subpath.join('/') || null,
});

const labelOf = (one: Case): string => `${one.file} ${one.type} ${JSON.stringify(one.input)}`;

test.each(cases.map((one) => [labelOf(one), one] as const))('purl-spec: %s', (label, one) => {
  const given = answer(one);
  const agrees = one.fails
    ? typeof given === 'object' && 'refused' in given
    : JSON.stringify(sorted(given)) === JSON.stringify(sorted(one.output));
  if (label in DIFFERENT) expect(agrees, `now agrees: ${label}`).toBe(false);
  else expect(agrees, JSON.stringify({ given, wanted: one.output ?? 'a refusal' })).toBe(true);
});

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, one]) => [name, sorted(one)]),
      )
    : value;

interface TypeDefinition {
  readonly type: string;
  readonly namespace: { readonly requirement?: string; readonly case_sensitive?: boolean };
  readonly name: { readonly case_sensitive?: boolean };
  readonly version: { readonly case_sensitive?: boolean };
  readonly qualifiers: readonly {
    readonly key: string;
    readonly requirement?: string;
    readonly default_value?: string;
  }[];
}

test.each((lines('types.jsonl') as readonly TypeDefinition[]).map((one) => [one.type, one] as const))(
  'type %s has the rules of its definition',
  (type, definition) => {
    const namespace = type === 'golang' ? 'optional' : (definition.namespace.requirement ?? 'optional');
    const lower = (['namespace', 'name', 'version'] as const).filter(
      (part) => definition[part].case_sensitive === false && !(part === 'namespace' && namespace === 'prohibited'),
    );
    const requires = definition.qualifiers.filter(({ requirement }) => requirement === 'required');
    const defaults = definition.qualifiers.filter(({ default_value: value }) => value !== undefined);
    const { lowerCase = [], requires: required = [], defaults: given = {}, ...rules } = PURL_TYPE_RULES[type] ?? {};
    expect({ ...rules, lowerCase, required, given }).toEqual({
      namespace,
      lowerCase: lower,
      required: requires.map(({ key }) => key),
      given: Object.fromEntries(defaults.map(({ key, default_value: value }) => [key, value])),
    });
  },
);

test('all cases are there, and what is listed as different is a case', () => {
  expect(cases).toHaveLength(586);
  const labels = new Set(cases.map(labelOf));
  expect(lines('types.jsonl')).toHaveLength(
    Object.values(PURL_TYPE_RULES).filter(({ unregistered }) => !unregistered).length,
  );
  expect(Object.keys(DIFFERENT).filter((label) => !labels.has(label))).toEqual([]);
});
