import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { factsSchema } from './facts.js';
import { inputJsonSchemas } from './input-json-schemas.js';

const samples = readdirSync(new URL('samples/', import.meta.url)).map((name) => ({
  name,
  facts: JSON.parse(readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8')) as { v0: object; v1: object },
}));

describe.each(samples)('the sample $name', ({ facts }) => {
  test('is a facts document, with nothing beside what the schema knows', () => {
    expect(factsSchema.parse(facts)).toEqual(facts);
  });

  test('is, with how new the feeds are, valid by the published JSON Schemas', () => {
    const schemas = inputJsonSchemas();
    const ajv = new Ajv({ strict: false });
    expect([ajv.validate(schemas['input.v0.schema.json'] as object, facts.v0), ajv.errors]).toEqual([true, null]);
    expect([
      ajv.validate(schemas['input.v1.schema.json'] as object, {
        ...facts.v1,
        freshness: { epss: null, kev: null, osv: null },
      }),
      ajv.errors,
    ]).toEqual([true, null]);
  });
});

test('there is a sample for each story that policies are tried on', () => {
  expect(samples.map(({ name }) => name)).toEqual([
    'lodash-4.17.20.json',
    'log4j-core-2.14.1.json',
    'nothing-known.json',
    'pylint-3.3.1.json',
    'spotipy-2.25.0.json',
  ]);
});

test('how new the feeds are is no part of the facts: it moves with every load', () => {
  expect(Object.keys(factsSchema.shape.v1.shape)).not.toContain('freshness');
});
