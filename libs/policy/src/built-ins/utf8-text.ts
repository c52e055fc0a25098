/** Bytes as Go shows them: each byte that is no UTF-8 becomes U+FFFD. Node takes several of them together. */
export const textOfBytes = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString();
  if (!text.includes('\ufffd')) return text;
  let result = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfRune(bytes, at);
    result += length === 0 ? '\ufffd' : Buffer.from(bytes.subarray(at, at + length)).toString();
    at += Math.max(length, 1);
  }
  return result;
};

const isValid = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

/** How many bytes the character at a place has, 0 when there is none. */
const lengthOfRune = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const rune = bytes.subarray(at, at + length);
  return rune.length === length && isValid(rune) ? length : 0;
};
