const ENCODER = new TextEncoder();

/**
 * A check of a text for `superRefine`: how long it may be in UTF-8. Indexes of PostgreSQL count so: a row of one has at
 * most 2,704 bytes for all of its columns, and a character up to four. What exceeds that is a fault wherever it is stored.
 */
export const bytesAtMost =
  (most: number) =>
  (text: string, context: { addIssue(issue: { code: 'custom'; message: string; input: string }): void }): void => {
    if (text.length * 3 <= most) return;
    const bytes = ENCODER.encode(text).length;
    if (bytes > most)
      context.addIssue({ code: 'custom', message: `has ${bytes} bytes: use at most ${most}`, input: text });
  };
