/** Enough to name a field; what nests deeper is its inside. */
const MOST_LEVELS = 8;

/**
 * JSON pointer to the member that begins or goes on at `position` of a JSON text, at most eight levels of it. Reads the text
 * once from its beginning, without recursion; of text that is no JSON it says where it was when that could last be told.
 */
export const jsonPointerAt = (text: string, position: number): string => {
  // One entry for each open array or object: the index, the key, or null while a key is awaited.
  const path: (string | number | null)[] = [];
  for (let at = 0; at < position; at += 1) {
    const last = path.length - 1;
    const within = path[last];
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (within === null) path[last] = text.slice(at + 1, end);
        at = end;
        break;
      }
      case '{':
        path.push(null);
        break;
      case '[':
        path.push(0);
        break;
      case ',':
        if (last >= 0) path[last] = typeof within === 'number' ? within + 1 : null;
        break;
      case '}':
      case ']':
        path.pop();
        break;
    }
  }
  const named = path.slice(0, MOST_LEVELS).filter((part) => part !== null);
  return named.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
};

const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
};
