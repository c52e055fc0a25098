declare module 'spdx-correct' {
  /** The nearest SPDX expression, or null. */
  export default function correct(text: string, options?: { readonly upgrade?: boolean }): string | null;
}

declare module 'spdx-expression-parse' {
  export type SpdxNode =
    | { readonly license: string; readonly plus?: true; readonly exception?: string }
    | { readonly left: SpdxNode; readonly conjunction: 'and' | 'or'; readonly right: SpdxNode };

  /** Throws when the text is not an SPDX expression of listed ids. */
  export default function parse(text: string): SpdxNode;
}
