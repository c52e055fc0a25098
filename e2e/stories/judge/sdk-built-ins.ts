/** What a module asks of its host, as far as the policies of the stories use it. */
export const sdkBuiltIns = (now: () => bigint): Record<string, (...args: never[]) => unknown> => ({
  'time.now_ns': () => Number(now()),
  'time.parse_rfc3339_ns': (text: unknown) => (typeof text === 'string' ? Date.parse(text) * 1_000_000 : undefined),
  'time.format': ([nanos]: [number]) => new Date(nanos / 1_000_000).toISOString().replace(/\.\d+Z$/, 'Z'),
  'strings.any_prefix_match': (text: unknown, prefixes: readonly string[]) =>
    typeof text === 'string' ? prefixes.some((prefix) => text.startsWith(prefix)) : undefined,
  sprintf: (format: string, values: readonly unknown[]) => {
    let place = 0;
    return format.replace(/%[sdv%]/g, (verb) => (verb === '%%' ? '%' : plain(values[place++])));
  },
  concat: (between: string, texts: readonly string[]) => texts.join(between),
  plus: (a: unknown, b: unknown) => ofNumbers(a, b, (x, y) => x + y),
  minus: (a: unknown, b: unknown) => ofNumbers(a, b, (x, y) => x - y),
  mul: (a: unknown, b: unknown) => ofNumbers(a, b, (x, y) => x * y),
  div: (a: unknown, b: unknown) => ofNumbers(a, b, (x, y) => x / y),
  floor: (a: unknown) => ofNumbers(a, 0, Math.floor),
});

const ofNumbers = (a: unknown, b: unknown, of: (a: number, b: number) => number): number | undefined =>
  typeof a === 'number' && typeof b === 'number' ? of(a, b) : undefined;

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
