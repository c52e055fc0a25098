import { mostUtf8Bytes } from './most-utf8-bytes.js';

const HEADER = 20;
const LENGTH = 4;
const NULL = -1;
const TEXT_OID = 25;

/**
 * A parameter of type `text[]` in PostgreSQL's binary form: dimensions, whether there are nulls, the elements' type, their number,
 * the first index, then each element behind its length (source: PostgreSQL, `array_send` in arrayfuncs.c). What pg makes of a
 * JavaScript array is text in which every quote is escaped: for JSON texts 1.7 us each instead of 0.15.
 *
 * Other types come from it by a cast: `$1::text[]::timestamptz[]`.
 */
export const textArray = (texts: readonly (string | null)[]): Buffer => {
  // Room enough instead of a look at each character: what is not written is not touched.
  const size = texts.reduce((sum, text) => sum + LENGTH + (text === null ? 0 : mostUtf8Bytes(text)), HEADER);
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(texts.includes(null) ? 1 : 0, 4);
  bytes.writeInt32BE(TEXT_OID, 8);
  bytes.writeInt32BE(texts.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEADER;
  for (const text of texts) {
    const length = text === null ? NULL : bytes.write(text, at + LENGTH);
    bytes.writeInt32BE(length, at);
    at += LENGTH + Math.max(length, 0);
  }
  return bytes.subarray(0, at);
};
