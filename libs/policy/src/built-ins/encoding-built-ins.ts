import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ofStrings } from './built-in.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { textOfBytes } from './utf8-text.js';

const digest = (algorithm: string): BuiltIn =>
  ofStrings((text) =>
    createHash(algorithm)
      .update(text ?? '')
      .digest('hex'),
  );

const hmac = (algorithm: string): BuiltIn =>
  ofStrings((text, key) =>
    createHmac(algorithm, key ?? '')
      .update(text ?? '')
      .digest('hex'),
  );

const equalDigests = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const fromHex = (text: string): string | undefined =>
  /^(?:[0-9a-fA-F]{2})*$/.test(text) ? textOfBytes(Buffer.from(text, 'hex')) : undefined;

/** Go's `url.QueryEscape`: everything but letters, digits and `-_.~` in percent, a blank as plus. */
const escapeQuery = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** Bytes that are no UTF-8 are kept by Go and shown as U+FFFD. */
const unescapeQuery = (text: string): string | undefined => {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const bytes = text.replaceAll('+', ' ').split(/%([0-9a-fA-F]{2})/);
  return textOfBytes(Buffer.concat(bytes.map((part, index) => Buffer.from(part, index % 2 === 1 ? 'hex' : 'utf8'))));
};

/** Digests, hexadecimal and query strings. */
export const encodingBuiltIns: BuiltIns = {
  'crypto.md5': digest('md5'),
  'crypto.sha1': digest('sha1'),
  'crypto.sha256': digest('sha256'),
  'crypto.hmac.md5': hmac('md5'),
  'crypto.hmac.sha1': hmac('sha1'),
  'crypto.hmac.sha256': hmac('sha256'),
  'crypto.hmac.sha512': hmac('sha512'),
  'crypto.hmac.equal': ofStrings((a, b) => equalDigests(a ?? '', b ?? '')),
  'base64url.encode_no_pad': ofStrings((text) => Buffer.from(text ?? '').toString('base64url')),
  'hex.encode': ofStrings((text) => Buffer.from(text ?? '').toString('hex')),
  'hex.decode': ofStrings((text) => fromHex(text ?? '')),
  'urlquery.encode': ofStrings((text) => escapeQuery(text ?? '')),
  'urlquery.decode': ofStrings((text) => unescapeQuery(text ?? '')),
};
