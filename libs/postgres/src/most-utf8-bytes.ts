/** A UTF-16 unit takes three bytes of UTF-8 at most: a bound that needs no look at the characters. */
const WIDEST = 3;

/** Bytes that a text takes as UTF-8 at most. */
export const mostUtf8Bytes = (text: string): number => WIDEST * text.length;
