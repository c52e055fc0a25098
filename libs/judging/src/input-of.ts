import type { FreshnessRead } from './basis.js';

/** Where the members of a `v1` begin. Within texts quotes are escaped, so this is always a name. */
const V1 = Buffer.from(',"v1":{');
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [34, 92, 91, 93, 123, 125];

/**
 * What policies are shown: the facts, with when the feeds were loaded as `v1.freshness`, which changes while facts stay.
 * `facts`: canonical JSON of `{"v0":{...},"v1":{...}}`, in which `v1` is the last member.
 */
export const inputOf = (facts: Uint8Array, freshness: FreshnessRead | null): Uint8Array => {
  if (freshness === null) return facts;
  const bytes = Buffer.from(facts.buffer, facts.byteOffset, facts.byteLength);
  const at = bytes.lastIndexOf(V1) + V1.length;
  const isPlain = at >= V1.length && bytes[at] !== CLOSE && !holdsFreshness(bytes, at) && isLastMember(bytes, at);
  if (!isPlain) return rewritten(bytes, freshness);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(`"freshness":${freshness.text},`), bytes.subarray(at)]);
};

/** Facts of the version before held the freshness of the moment when they were built. */
const holdsFreshness = (bytes: Buffer, from: number): boolean => bytes.includes('"freshness":', from);

/** Whether the object whose members begin there is a member of the document and not of something in it. */
const isLastMember = (bytes: Buffer, from: number): boolean => {
  let open = 2;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === OPEN || byte === OPEN_LIST) open += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) open -= 1;
  }
  return open === 0;
};

const endOfText = (bytes: Buffer, from: number): number => {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
};

const rewritten = (bytes: Buffer, freshness: FreshnessRead): Uint8Array => {
  const facts = JSON.parse(bytes.toString('utf8')) as { readonly v1?: object };
  return Buffer.from(
    JSON.stringify({ ...facts, v1: { ...facts.v1, freshness: JSON.parse(freshness.text) as unknown } }),
  );
};
