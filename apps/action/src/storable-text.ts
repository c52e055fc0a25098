/** PostgreSQL stores neither U+0000 nor half a surrogate pair; both become U+FFFD. */
export const storableText = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();
