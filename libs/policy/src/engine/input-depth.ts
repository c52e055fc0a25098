const quote = 0x22;
const backslash = 0x5c;

/** Levels of nesting an input may have. OPA's parser recurses, and where the stack ends differs from run to run. */
export const deepestInput = 2_000;

const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/** True when JSON bytes are nested deeper than allowed. About 1 ns a byte; short inputs cannot be and cost nothing. */
export const isTooDeep = (bytes: Uint8Array): boolean => {
  // Every level takes an opening and a closing byte.
  if (bytes.length < deepestInput * 2) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (isOpening(byte)) {
      depth += 1;
      if (depth > deepestInput) return true;
    } else if (isClosing(byte)) depth -= 1;
  }
  return false;
};
