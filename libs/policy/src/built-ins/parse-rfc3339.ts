import { layoutNamed } from './go-layout.js';
import { parseGoTime } from './parse-go-time.js';

const MOST_REMEMBERED = 4_096;
const LONGEST_REMEMBERED = 40;
const remembered = new Map<string, bigint | undefined>();

/** Nanoseconds since 1970 of an RFC 3339 text as Go reads it; undefined when it is none. The same few dates stand in the facts of many packages. */
export const parseRfc3339 = (text: string): bigint | undefined => {
  if (remembered.has(text)) return remembered.get(text);
  const nanos = parseGoTime(layoutNamed('RFC3339'), text);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (text.length <= LONGEST_REMEMBERED) remembered.set(text, nanos);
  return nanos;
};
