import { readdirSync, readFileSync } from 'node:fs';
import { inputJsonSchemas } from '@weir/contracts';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { namedMember, someMember, wholeInput, type InputPath } from './input-path.js';
import { shapeOf, type MembersSchema } from './input-shape.js';

const RUNS = 300;
const random = seeded(0x1a9e);
const draw = (most: number): number => Math.floor(random() * most);

/** A JSON Schema as far as documents are made from it here. */
interface Schema extends MembersSchema {
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly minItems?: number;
}

const schemas = inputJsonSchemas() as Readonly<Record<string, Schema>>;

/** A document that the schema accepts: members that may be left out mostly are there. */
const documentOf = (schema: Schema): unknown => {
  if (schema.anyOf) return documentOf(schema.anyOf[draw(schema.anyOf.length)] ?? {});
  if (schema.enum) return schema.enum[draw(schema.enum.length)];
  if (Array.isArray(schema.type)) return documentOf({ ...schema, type: String(schema.type[draw(schema.type.length)]) });
  const { properties, items, additionalProperties } = schema;
  if (properties) {
    const given = Object.entries(properties).filter(
      ([name]) => schema.required?.includes(name) === true || random() < 0.8,
    );
    return Object.fromEntries(given.map(([name, member]) => [name, documentOf(member)]));
  }
  switch (schema.type) {
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, draw(3)) }, () => documentOf(items ?? {}));
    case 'object':
      return Object.fromEntries(
        ['nvd', 'redhat', '']
          .slice(draw(3))
          .map((name) => [name, documentOf(typeof additionalProperties === 'object' ? additionalProperties : {})]),
      );
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return draw(10);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return [{ free: [1] }, 'text', null][draw(3)];
  }
};

interface Named {
  readonly at: InputPath;
  readonly name: string;
  readonly siblings: readonly string[];
}

/** Every named member of a document, with the place it stands in. */
const membersOf = (value: unknown, at: InputPath): readonly Named[] => {
  if (Array.isArray(value)) return value.flatMap((element) => membersOf(element, someMember(at)));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => [
    { at, name, siblings: Object.keys(value) },
    ...membersOf(member, namedMember(at, name).path),
  ]);
};

const inputs = (): readonly unknown[] =>
  Array.from({ length: RUNS }, () => ({
    v0: documentOf(schemas['input.v0.schema.json'] ?? {}),
    v1: documentOf(schemas['input.v1.schema.json'] ?? {}),
  }));
const placeOf = ({ at, name }: Named): string => [...at.names, name].join('.');
const unknownOf = (members: readonly Named[]): readonly string[] =>
  members.filter(({ at, name }) => !namedMember(at, name).known).map(placeOf);

describe('what policies may name', () => {
  test('is every member of every document that the schemas accept: 300 by seed', () => {
    const members = inputs().flatMap((input) => membersOf(input, wholeInput));
    expect(members.length).toBeGreaterThan(10_000);
    // The schema lets keys be anything; Cloudsmith documents what they have.
    expect(unknownOf(members).filter((path) => !/_keys\.free$/.test(path))).toEqual([]);
  });

  const samples = new URL('../../../contracts/src/facts/samples/', import.meta.url);
  test.each(readdirSync(samples))('is every member of the facts %s', (name) => {
    expect(unknownOf(membersOf(JSON.parse(readFileSync(new URL(name, samples), 'utf8')), wholeInput))).toEqual([]);
  });

  test.each([
    'v0.package.card.license',
    'v0.package.files.oid',
    'v0.package.distro.variants.x',
    'v0.package.license.oss_license.spdx_template',
    'v0.repository.gpg_keys.fingerprint_short',
    'v0.osv.schema_version',
    'v0.osv.affected.ranges.events.fixed',
    'v0.osv.references.url',
    'v0.model_security.scan_details.x',
    'v0.security_scan.Vulnerabilities.DataSource.Name',
    'v0.sbom.components',
  ])('is what Cloudsmith documents and Weir does not know: %s', (path) => {
    const { known } = path.split('.').reduce(
      ({ at }, name) => {
        const { path: next, known: isKnown } = namedMember(at, name);
        return { at: next.shape.kind === 'list' ? someMember(next) : next, known: isKnown };
      },
      { at: wholeInput, known: true },
    );
    expect(known).toBe(true);
  });
});

/** One letter left out, doubled, exchanged with the next, or in the other case. */
const misspelt = (name: string): string => {
  const at = draw(name.length);
  const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
  const inOtherCase = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  const choices = [
    before + after,
    before + letter + letter + after,
    before + after.slice(0, 1) + letter + after.slice(1),
    before + inOtherCase + after,
  ];
  return choices[draw(choices.length)] ?? '';
};

test('a member that is misspelt is found wherever a document has members of its own: 300 documents by seed', () => {
  const isRecord = ({ at }: Named) => at.shape.kind === 'record';
  const members = inputs()
    .flatMap((input) => membersOf(input, wholeInput))
    .filter(isRecord);
  const wrong = members
    .map((member) => ({ ...member, name: misspelt(member.name) }))
    .filter(({ at, name }) => at.shape.kind === 'record' && !Object.hasOwn(at.shape.members, name));
  expect(wrong.length).toBeGreaterThan(members.length / 2);
  expect(unknownOf(wrong)).toHaveLength(wrong.length);
  expect(new Set(wrong.map(({ at }) => at.names[0]))).toEqual(new Set([undefined, 'v0', 'v1']));
});

test.each([
  [
    'what may be null has the shape of what it is else',
    { anyOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { type: 'null' }] },
    { kind: 'record', members: { a: { kind: 'scalar' } } },
  ],
  [
    'either of two objects has the members of both',
    { anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: {} } }] },
    { kind: 'record', members: { a: { kind: 'scalar' }, b: { kind: 'any' } } },
  ],
  [
    'an object of any names is a map',
    { type: 'object', additionalProperties: { type: 'array', items: { type: 'number' } } },
    { kind: 'map', of: { kind: 'list', of: { kind: 'scalar' } } },
  ],
  ['an object of which nothing is said is a map of anything', { type: 'object' }, { kind: 'map', of: { kind: 'any' } }],
  [
    'one of several types has the shape of all',
    { type: ['null', 'array'], items: { type: 'string' } },
    { kind: 'list', of: { kind: 'scalar' } },
  ],
  ['an array of which nothing is said is a list of anything', { type: 'array' }, { kind: 'list', of: { kind: 'any' } }],
] satisfies readonly (readonly [string, MembersSchema, object])[])('%s', (_name, schema, shape) => {
  expect(shapeOf(schema)).toEqual(shape);
});
