/** Where a value lies: in the message, in the entry that is read just now, or in what came beside the value. */
export interface Path {
  readonly root: 'message' | 'entry' | 'headers' | 'key';
  readonly names: readonly string[];
}

/** What paths are looked up in. */
export interface Roots {
  readonly message: unknown;
  readonly entry: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly key: unknown;
}

const PATH = /^(@|\$headers|\$key)?((?:\/(?:[^~/]|~[01])*)*)$/;

const ROOTS: Readonly<Record<string, Path['root']>> = { '': 'message', '@': 'entry', $headers: 'headers', $key: 'key' };

/** Reads `/a/b`, `@/a`, `$headers/a`, `$key`: a JSON Pointer (RFC 6901) below one of the roots; null when it is none. */
export const readPath = (text: string): Path | null => {
  const [, start = '', pointer = ''] = PATH.exec(text) ?? [];
  const root = ROOTS[start];
  if (text === '' || root === undefined || `${start}${pointer}` !== text) return null;
  return {
    root,
    names: pointer
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')),
  };
};

/** What lies there; undefined when nothing does, or null. Only what a message itself holds is found, never what objects inherit. */
export const lookUp = ({ root, names }: Path, roots: Roots): unknown => {
  let found: unknown = roots[root];
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found ?? undefined;
};
