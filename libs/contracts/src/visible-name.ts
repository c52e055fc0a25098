import { z } from 'zod';

/**
 * What nobody sees in a name: control, format, private and unassigned characters, separators of lines, spaces other than
 * the plain one, whatever Unicode says may be left out when text is shown (variation selectors, fillers), and the blank
 * of Braille.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/** The first character of a text that cannot be seen, as U+200B; null when there is none. */
export const unseenIn = (text: string): string | null => {
  const [unseen] = UNSEEN.exec(text) ?? [];
  const code = unseen?.codePointAt(0);
  return code === undefined ? null : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
};

/** A name that people tell apart by reading it, in the composed form of Unicode (NFC), without spaces at its ends. */
export const visibleName = (most: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(most)
    .superRefine((name, context) => {
      const unseen = unseenIn(name);
      if (unseen === null) return;
      context.addIssue({
        code: 'custom',
        message: `holds ${unseen}, which cannot be seen, or not be told from a plain space: leave it out, or write a plain space`,
        input: name,
      });
    });
