import { ofStrings } from './built-in.js';
import type { BuiltIns } from './built-in.js';
import { textOfBytes } from './utf8-text.js';

/** Whole groups of four, padded; line ends between them are passed over, as in Go's encoding/base64. */
const decode = (text: string, alphabet: RegExp, encoding: 'base64' | 'base64url'): string | undefined => {
  const joined = text.replace(/[\r\n]/g, '');
  if (joined.length % 4 !== 0 || !alphabet.test(joined)) return undefined;
  return textOfBytes(Buffer.from(joined, encoding));
};

const standard = /^[A-Za-z0-9+/]*={0,2}$/;
const forUrls = /^[A-Za-z0-9_-]*={0,2}$/;

const decodeStandard = (text: string): string | undefined => decode(text, standard, 'base64');

/** What lacks its padding gets it. Source: OPA, v1/topdown/encoding.go. */
const decodeForUrls = (text: string): string | undefined => {
  const missing = text.endsWith('=') ? 0 : Buffer.byteLength(text) % 4;
  return missing === 1
    ? undefined
    : decode(text + (missing === 0 ? '' : '='.repeat(4 - missing)), forUrls, 'base64url');
};

/** `base64.*` and `base64url.*` where Wasm takes what OPA refuses. */
export const base64BuiltIns: BuiltIns = {
  'base64.decode': ofStrings((text) => decodeStandard(text ?? '')),
  'base64.is_valid': ([text]) => typeof text === 'string' && decodeStandard(text) !== undefined,
  'base64url.decode': ofStrings((text) => decodeForUrls(text ?? '')),
};
