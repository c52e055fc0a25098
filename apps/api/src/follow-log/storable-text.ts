/**
 * Text as PostgreSQL can keep it. A policy may answer with U+0000 or half a surrogate pair; the log keeps them as JSON
 * escapes, a column cannot, and one such reason must not stop the read models for everybody.
 */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');
