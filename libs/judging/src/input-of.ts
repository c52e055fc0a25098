import type { FreshnessRead } from './basis.js';

/** Where the members of `v1` begin. Within texts quotes are escaped, so this is always a name; the last one is the document's own. */
const V1 = Buffer.from(',"v1":{');

/**
 * What policies are shown: the facts, with when the feeds were loaded as `v1.freshness`, which changes while facts stay.
 * `facts`: canonical JSON of `{"v0":{...},"v1":{...}}`.
 */
export const inputOf = (facts: Uint8Array, freshness: FreshnessRead | null): Uint8Array => {
  if (freshness === null) return facts;
  const bytes = Buffer.from(facts.buffer, facts.byteOffset, facts.byteLength);
  const at = bytes.lastIndexOf(V1);
  if (at < 0 || holdsFreshness(bytes, at)) return rewritten(bytes, freshness);
  const place = at + V1.length;
  return Buffer.concat([bytes.subarray(0, place), Buffer.from(`"freshness":${freshness.text},`), bytes.subarray(place)]);
};

/** Facts of the version before held the freshness of the moment when they were built. */
const holdsFreshness = (bytes: Buffer, v1: number): boolean => bytes.includes('"freshness":{"epss":', v1);

const rewritten = (bytes: Buffer, freshness: FreshnessRead): Uint8Array => {
  const facts = JSON.parse(bytes.toString('utf8')) as { readonly v1?: object };
  return Buffer.from(JSON.stringify({ ...facts, v1: { ...facts.v1, freshness: JSON.parse(freshness.text) as unknown } }));
};
