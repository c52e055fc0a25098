/** One `%` directive of a Go format, its stars resolved. */
export type GoDirective = {
  readonly verb: string;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** Set while Go complains of the verb and shows the argument by `%v`. */
  readonly bad?: boolean;
};

/** Go refuses more (fmt/print.go, `tooLarge`); it also keeps a policy from asking for a gigabyte of blanks. */
export const largestWidth = 1_000_000;

const widthOf = (text: string): number => Array.from(text).length;

/** Pads to the directive's width: blanks left or right, or zeros: in front of a text, after the sign of a number. */
export const padGo = (text: string, directive: GoDirective, zeros: boolean | 'text'): string => {
  const missing = (directive.width ?? 0) - widthOf(text);
  if (missing <= 0) return text;
  if (directive.minus) return text + ' '.repeat(missing);
  if (!directive.zero || zeros === false) return ' '.repeat(missing) + text;
  if (zeros === 'text') return '0'.repeat(missing) + text;
  const sign = /^[+\- ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
};

/** The sign a number shows: always `-`, `+` or a blank when the flags ask for it. */
export const signOf = (negative: boolean, directive: GoDirective): string =>
  negative ? '-' : directive.plus ? '+' : directive.space ? ' ' : '';
