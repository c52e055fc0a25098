import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { packageEventTypes } from '@weir/contracts';
import { expect, test } from 'vitest';
import { batchOpenApi, dataOpenApi, eventOpenApi } from './open-api.js';

/** Schemas of OpenAPI 3.0 as JSON Schema: what may be null there says so by a word of its own. */
const asJsonSchema = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Readonly<Record<string, unknown>>;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, asJsonSchema(value)]));
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner;
};

const ajv = new Ajv({ strict: false, validateFormats: false });
const accepts = (schema: unknown) => ajv.compile(asJsonSchema(schema) as object);

const data = { repository: { name: 'npm-dev' }, purl: 'pkg:npm/lodash@4.17.20', from: { repository: 'npm-proxy' } };
const eventOf = (type: string) => ({ specversion: '1.0', id: '1', source: '/registry', type, data });

test.each(packageEventTypes)('an event of type %s is one of the schema’s choices, and of no other', (type) => {
  const choices = (eventOpenApi['oneOf'] as readonly unknown[]).map((choice) => accepts(choice)(eventOf(type)));
  expect(choices.filter(Boolean)).toHaveLength(1);
  expect(accepts(eventOpenApi)(eventOf(type))).toBe(true);
  expect(accepts(eventOpenApi)(eventOf(`${type}x`))).toBe(false);
});

test('data alone, whose type is in a header, is what some type takes: none of the choices can exclude another', () => {
  expect(dataOpenApi).not.toHaveProperty('oneOf');
  expect(accepts(dataOpenApi)(data)).toBe(true);
  expect(accepts(dataOpenApi)({ purl: data.purl })).toBe(false);
});

test('the examples of the documentation are events by the schema', () => {
  const pages = ['docs/how-to/send-events.md', 'README.md'].map((file) =>
    readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8'),
  );
  const events = pages.flatMap((page) =>
    [...page.matchAll(/-d '(\{\s+"specversion"[^']*)'/g)].map(([, text = '']) => JSON.parse(text) as unknown),
  );
  expect(events.length).toBeGreaterThan(1);
  for (const event of events) expect([event, accepts(eventOpenApi)(event)]).toEqual([event, true]);
  expect(accepts(batchOpenApi)(events)).toBe(true);
});
