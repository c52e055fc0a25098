import { layoutNamed } from './go-layout.js';
import { parseGoTime } from './parse-go-time.js';

const MOST_REMEMBERED = 4_096;
const LONGEST_REMEMBERED = 40;
const remembered = new Map<string, bigint | undefined>();

/** As programs write it: UTC, to the millisecond at most. */
const USUAL = /^(?!0{4})\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Undefined when the text has another form or names a day that its month has not; then Go's own rules decide. */
const parseUsual = (text: string): bigint | undefined => {
  if (!USUAL.test(text)) return undefined;
  const millis = Date.parse(text);
  // JavaScript takes 30 February for 2 March.
  return new Date(millis).getUTCDate() === Number(text.slice(8, 10)) ? BigInt(millis) * 1_000_000n : undefined;
};

/** Nanoseconds since 1970 of an RFC 3339 text as Go reads it; undefined when it is none. The same few dates stand in the facts of many packages. */
export const parseRfc3339 = (text: string): bigint | undefined => {
  if (remembered.has(text)) return remembered.get(text);
  const nanos = parseUsual(text) ?? parseGoTime(layoutNamed('RFC3339'), text);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (text.length <= LONGEST_REMEMBERED) remembered.set(text, nanos);
  return nanos;
};
