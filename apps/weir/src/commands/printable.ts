/**
 * What a terminal would obey, or show otherwise than it is: control characters but for the line feed and the tab, marks
 * that turn the direction of text (Unicode TR 36, "Bidirectional Text Spoofing"), and other separators of lines.
 */
const OBEYED = /(?![\n\t])\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu;
const BREAKS = /[\t\n]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that may go to a terminal, whoever wrote it. Invariant: JSON means the same before and after. */
export const printable = (text: string): string => text.replace(OBEYED, escaped);

/** A name, or another text of somebody else, that must not look like a line of ours. */
export const printableField = (text: string): string => printable(text).replace(BREAKS, escaped);
