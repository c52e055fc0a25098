import {
  CLOUDSMITH_FORMATS,
  createPolicySchema,
  formatsMeant,
  mayCarry,
  PURL_TYPES,
  repositoryFormat,
} from '@weir/contracts';
import { isInScope } from '@weir/domain';
import { expect, test } from 'vitest';
import type { ActiveRevision } from './active-policies.js';
import { composeFromParts } from './compose-policy-set.js';

const types = [...PURL_TYPES];
const names = [...new Set([...CLOUDSMITH_FORMATS, ...types])];

const accepted = (format: string): boolean =>
  createPolicySchema.safeParse({ name: 'a', rego: 'package a', scope: { formats: [format] } }).success;

/** The scope as it is judged by, of a policy that is saved with this one format. */
const judgedScope = (format: string) => {
  const revision: ActiveRevision['revision'] = {
    revision: 1,
    revisionDigest: 'sha256:revision',
    regoDigest: 'sha256:text',
    parameters: {},
    scope: { formats: [format] },
    precedence: 1000,
    terminal: false,
    actions: [],
    onError: 'closed',
  };
  const place = { slot: 'a', reads: { inputPaths: [], clock: false, builtins: [] } };
  const set = composeFromParts('default', [{ policyId: 'a', name: 'a', revision }], {
    digest: 'sha256:module',
    slots: { 'sha256:text': [place] },
  });
  return set?.policies[0]?.scope ?? {};
};

/** The formats that a repository gets by an event about a package of this type that tells `told`, as ingest takes it. */
const formatBy = (told: string | null, type: string): string | undefined =>
  told === null ? repositoryFormat(type) : formatsMeant(told).find((format) => mayCarry(format, type));
const holds = (scoped: string, format: string | undefined): boolean =>
  format !== undefined &&
  isInScope(judgedScope(scoped), { name: 'r', format, environment: null, team: null, region: null });

test('every format and every package type may stand in a scope, and nothing else', () => {
  expect(names.filter((name) => !accepted(name))).toEqual([]);
  const others = names.flatMap((name) => [name.toUpperCase(), `${name}-*`, `${name}s`, ` ${name}`, `pkg:${name}`]);
  expect(others.filter(accepted)).toEqual([]);
});

test('a scope by a package type is about every package of that type whose repository tells no format', () => {
  expect(types.filter((type) => !holds(type, formatBy(null, type)))).toEqual([]);
});

test('a scope by a name is about every package whose repository tells that name, of every type that may carry it', () => {
  const told = names.flatMap((name) => types.map((type) => ({ name, type, format: formatBy(name, type) })));
  const taken = told.filter(({ format }) => format !== undefined);
  expect(names.filter((name) => !taken.some((one) => one.name === name))).toEqual([]);
  expect(taken.filter(({ name, format }) => !holds(name, format))).toEqual([]);
});

test.each([
  ['pypi', 'pypi', true],
  ['golang', 'golang', true],
  ['python', 'pypi', true],
  ['go', 'golang', true],
  ['python', 'golang', false],
  ['pypi', 'npm', false],
])('a scope of %s is about packages of type %s: %s', (scoped, type, expected) => {
  expect(holds(scoped, formatBy(null, type))).toBe(expected);
});
