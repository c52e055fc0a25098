const MOST_KEPT = 1_000;
const LONGEST = 100;
const WORDS = /^\s*(?:WITH\b[\s\S]*?\)\s*(?=(?:SELECT|INSERT|UPDATE|DELETE)\b))?\s*([A-Za-z]+)/i;
const TARGET =
  /\b(?:FROM|INTO|UPDATE|JOIN|TRUNCATE(?:\s+TABLE)?|COPY)\s+(?:ONLY\s+)?((?:"[^"]+"|[a-z_]\w*)(?:\.(?:"[^"]+"|[a-z_]\w*))?)/gi;

const known = new Map<string, string>();

/**
 * What a statement does and to which tables, for `db.query.summary` and the name of its span: few values, since the texts of
 * statements are written once and take parameters.
 */
export const summaryOf = (text: string): string => {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const summary = summarize(text);
  if (known.size < MOST_KEPT) known.set(text, summary);
  return summary;
};

const summarize = (text: string): string => {
  const operation = (WORDS.exec(text)?.[1] ?? 'query').toUpperCase();
  const tables = [...new Set([...text.matchAll(TARGET)].map(([, table = '']) => table.replaceAll('"', '')))].filter(
    (table) => table.includes('.'),
  );
  return [operation, ...tables].join(' ').slice(0, LONGEST);
};
