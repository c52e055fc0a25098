/**
 * An instant as ISO 8601 UTC text ending in Z; a time that already is keeps its digits. null for Go's 0001-01-01, which
 * means "never" and which Rego's clock functions cannot hold.
 */
export function instantOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text.startsWith('0001-01-01')) return null;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
