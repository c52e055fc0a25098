import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MAX_MESSAGE_BYTES, packageEventTypes, TOPICS } from '../../libs/contracts/src/index.js';

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly payload: Json;
  readonly headers?: Json;
  readonly examples?: readonly { readonly name: string; readonly headers: Json; readonly payload: Json }[];
}

interface Channel {
  readonly address: string | null;
  readonly messages: Readonly<Record<string, { readonly $ref: string }>>;
  readonly tags: readonly { readonly name: string }[];
  readonly 'x-internal'?: boolean;
}

const root = join(import.meta.dirname, '../..');
const document = parse(readFileSync(join(root, 'docs/reference/asyncapi.yaml'), 'utf8')) as {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
};
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as Json;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
// The specification's schema brings the meta schema of JSON Schema along, under the id that Ajv's own has.
const validate = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(
  specification,
);
const channels = Object.values(document.channels);

/** Everything that `$ref` names in the document, with where it is named. */
const refs = (value: unknown, path = '#'): readonly (readonly [path: string, ref: string])[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [[path, member] as const] : refs(member, `${path}/${name}`),
  );
};
const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (found, name) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Json)[name] : undefined,
      document,
    );

test('the document is valid by the JSON Schema of AsyncAPI 3.0', () => {
  expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
});

test('a document without what the specification requires is not valid, so that the check can fail', () => {
  expect(validate({ ...document, info: { title: 'Weir' } })).toBe(false);
  expect(validate({ ...document, channels: { decisions: { adress: 'x' } } })).toBe(false);
});

test('every reference leads to something', () => {
  const all = refs(document);
  expect(all.length).toBeGreaterThan(10);
  expect(all.filter(([, ref]) => !ref.startsWith('#/') || resolve(ref) === undefined)).toEqual([]);
});

test('every topic is described, and only decisions and upstream events are for others', () => {
  expect(channels.map(({ address }) => address)).toEqual(expect.arrayContaining(Object.values(TOPICS)));
  const forOthers = channels.filter(({ tags }) => tags.some(({ name }) => name === 'public'));
  expect(forOthers.map(({ address }) => address)).toEqual([TOPICS.decisions, null]);
  expect(channels.filter((channel) => channel['x-internal'] !== true)).toEqual(forOthers);
});

test('every type of event that registries may send is among the upstream messages', () => {
  const titles = Object.values(document.channels['upstream']?.messages ?? {}).map(
    ({ $ref }) => (resolve($ref) as { readonly title: string }).title,
  );
  expect(titles.toSorted()).toEqual(packageEventTypes.toSorted());
});

describe('the examples are what their schemas say', () => {
  const exampled = Object.entries(document.components.messages).flatMap(([name, message]) =>
    (message.examples ?? []).map((example) => [`${name}, ${example.name}`, message, example] as const),
  );
  test('there are some for every message of ours', () => {
    expect(exampled.length).toBeGreaterThanOrEqual(7);
  });
  test.each(exampled)('%s', (_, { payload, headers = {} }, example) => {
    const within = (schema: Json): Json => ({ ...schema, components: document.components });
    const readsPayload = ajv.compile(within(payload));
    expect(readsPayload(example.payload), JSON.stringify(readsPayload.errors)).toBe(true);
    expect(ajv.validate(headers, example.headers)).toBe(true);
    expect(readsPayload({ ...example.payload, unknown: 'a later version may add this' })).toBe(true);
    expect(readsPayload({})).toBe(false);
    expect(Buffer.byteLength(JSON.stringify(example))).toBeLessThan(MAX_MESSAGE_BYTES);
  });
});
