/** Text as PostgreSQL's jsonb can hold it: what a policy may say and JSON may carry, but no database column. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

/** The same for JSON text: the escape of U+0000 is replaced, an escaped backslash before the letters u0000 is not one. */
export const storableJson = (json: string): string => {
  const text = json.toWellFormed();
  return text.includes(ESCAPED_ZERO) ? text.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd') : text;
};

const ESCAPED_ZERO = '\\u0000';
