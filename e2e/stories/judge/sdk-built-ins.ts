/** What OPA's SDK leaves to its host, as far as the policies of the stories use it. */
export const sdkBuiltIns = (now: () => bigint): Record<string, (...args: never[]) => unknown> => ({
  'time.now_ns': () => Number(now()),
  'time.parse_rfc3339_ns': (text: unknown) => (typeof text === 'string' ? Date.parse(text) * 1_000_000 : undefined),
  'time.format': ([nanos]: [number]) => new Date(nanos / 1_000_000).toISOString().replace(/\.\d+Z$/, 'Z'),
  'strings.any_prefix_match': (text: unknown, prefixes: readonly string[]) =>
    typeof text === 'string' ? prefixes.some((prefix) => text.startsWith(prefix)) : undefined,
});
