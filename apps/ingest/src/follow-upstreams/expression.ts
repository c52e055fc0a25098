import { z } from 'zod';
import { lookUp, readPath, type Path, type Roots } from './path.js';

/** How one field is made out of a message. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'path'; readonly path: Path; readonly text: string }
  | { readonly kind: 'template'; readonly pieces: readonly (string | Path)[]; readonly text: string }
  | {
      readonly kind: 'table';
      readonly path: Path;
      readonly values: ReadonlyMap<string, string>;
      readonly text: string;
    };

const HOLE = /\{([^{}]*)\}/;

const isPathLike = (text: string): boolean => /^[/@$]/.test(text);

/** A path, a template with paths in braces, or a constant. */
const textExpression = z
  .string()
  .max(2_048)
  .transform((text, context): Expression => {
    if (isPathLike(text) && !HOLE.test(text)) {
      const path = readPath(text);
      if (path) return { kind: 'path', path, text };
      context.addIssue({
        code: 'custom',
        message: `is no path: write it as /data/name, as @/name below each entry, as $headers/name or $key. A constant that begins like one is written as {value: ...}`,
      });
      return z.NEVER;
    }
    if (!HOLE.test(text)) return { kind: 'constant', value: text, text };
    const pieces = text
      .split(/(\{[^{}]*\})/)
      .filter((piece) => piece !== '')
      .map((piece) => pieceOf(piece));
    const wrong = pieces.find((piece) => piece === null);
    if (wrong === undefined) return { kind: 'template', pieces: pieces.filter((piece) => piece !== null), text };
    context.addIssue({
      code: 'custom',
      message: 'is a template with something in braces that is no path: write it as {/data/name}',
    });
    return z.NEVER;
  });

const pieceOf = (piece: string): string | Path | null => {
  const inside = HOLE.exec(piece)?.[1];
  return inside === undefined ? piece : readPath(inside);
};

const constantExpression = z
  .strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) })
  .transform(({ value }): Expression => ({ kind: 'constant', value, text: String(value) }));

/** A path alone. */
export const pathSchema = z
  .string()
  .max(2_048)
  .transform((text, context): Path => {
    const path = readPath(text);
    if (path) return path;
    context.addIssue({ code: 'custom', message: 'is no path: write it as /data/name, or as @/name below each entry' });
    return z.NEVER;
  });

const tableExpression = z
  .strictObject({
    from: pathSchema.describe('Path to the text that is looked up'),
    values: z
      .record(z.string(), z.string())
      .describe('What each text means; a key that ends in * stands for all that begin so, and the longest counts'),
  })
  .transform(({ from, values }): Expression => ({
    kind: 'table',
    path: from,
    values: new Map(Object.entries(values)),
    text: 'a table',
  }));

/** An expression as the configuration writes it. */
export const expressionSchema = z
  .union([textExpression, constantExpression, tableExpression])
  .meta({ id: 'expression', title: 'A path, a template of paths, a constant, or a table' });

/** The value that `expression` has in a message; undefined when the message does not hold what it needs. */
export const evaluate = (expression: Expression, roots: Roots): unknown => {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'path':
      return lookUp(expression.path, roots);
    case 'template':
      return fill(expression.pieces, roots, (text) => text);
    case 'table':
      return lookUpValue(expression.values, asText(lookUp(expression.path, roots)));
    default:
      return expression satisfies never;
  }
};

/** The same as text: numbers are written out, anything else stays what it is and is refused where text is needed. */
export const evaluateText = (expression: Expression, roots: Roots): unknown => {
  const value = evaluate(expression, roots);
  return asText(value) ?? value;
};

/** A template with what fills its holes encoded by `encode`; undefined when a hole stays empty. */
export const fill = (
  pieces: readonly (string | Path)[],
  roots: Roots,
  encode: (text: string) => string,
): string | undefined => {
  const filled = pieces.map((piece) => (typeof piece === 'string' ? piece : encodeFound(lookUp(piece, roots), encode)));
  return filled.every((piece) => piece !== undefined) ? filled.join('') : undefined;
};

const encodeFound = (found: unknown, encode: (text: string) => string): string | undefined => {
  const text = asText(found);
  return text === undefined ? undefined : encode(text);
};

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** What `text` stands for in a table: the exact key, else the longest that ends in * and begins it. */
export const lookUpValue = <Value extends string>(
  values: ReadonlyMap<string, Value>,
  text: string | undefined,
): Value | undefined => {
  if (text === undefined) return undefined;
  const exact = values.get(text);
  if (exact !== undefined) return exact;
  const begins = [...values.keys()]
    .filter((key) => key.endsWith('*') && text.startsWith(key.slice(0, -1)))
    .toSorted((a, b) => b.length - a.length);
  return begins[0] === undefined ? undefined : values.get(begins[0]);
};

/** Whether an expression reads the entry at hand, so that it differs between the entries of one message. */
export const readsEntry = (expression: Expression): boolean => {
  switch (expression.kind) {
    case 'constant':
      return false;
    case 'path':
    case 'table':
      return expression.path.root === 'entry';
    case 'template':
      return expression.pieces.some((piece) => typeof piece !== 'string' && piece.root === 'entry');
    default:
      return expression satisfies never;
  }
};
