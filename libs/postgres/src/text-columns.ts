import type { CopiedColumn, CopiedValue } from './copy-into.js';
import { textArray } from './text-array.js';

/** The columns of rows as parameters of type `text[]`, for statements that do more than COPY can: they cast what is no text. */
export const textColumns = <Row>(columns: readonly CopiedColumn<Row>[], rows: readonly Row[]): Buffer[] =>
  columns.map((column) => textArray(rows.map((row) => sentText(column.of(row)))));

const sentText = (value: CopiedValue): string | null => {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'object' ? arrayLiteral(value) : String(value);
};

/** As PostgreSQL reads an array of texts (manual, 8.15.2): each in quotes, with quotes and backslashes escaped. */
const arrayLiteral = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
