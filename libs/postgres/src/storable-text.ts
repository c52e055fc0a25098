/** What text may hold in JavaScript, and no `text` or `jsonb` of PostgreSQL: U+0000, and half of a surrogate pair. */
export type Unstorable = 'U+0000' | 'half of a surrogate pair';

/** What keeps `text` out of a column; null when PostgreSQL gives it back as it is. */
export const unstorableIn = (text: string): Unstorable | null => {
  if (text.includes('\u0000')) return 'U+0000';
  return text.isWellFormed() ? null : 'half of a surrogate pair';
};

/** Text as a column can hold it: what it cannot becomes U+FFFD. For what others may say and must not stop us. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/**
 * The same for JSON text as `jsonb` can hold it: also what is escaped. An escaped backslash before the letters u0000 is
 * no escape of U+0000.
 */
export const storableJson = (json: string): string => {
  const text = json.toWellFormed();
  return text.includes('\\u')
    ? text.replace(ESCAPE, (escape) => (UNSTORABLE_ESCAPE.test(escape) ? '\\ufffd' : escape))
    : text;
};

/** RFC 8259, section 7: an escape, where both halves of a surrogate pair are one. */
const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g;
const UNSTORABLE_ESCAPE = /^\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})$/;
