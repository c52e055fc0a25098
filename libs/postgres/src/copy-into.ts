import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { mostUtf8Bytes } from './most-utf8-bytes.js';
import { isAtOnce } from './at-once.js';
import { textArray } from './text-array.js';
import { textColumns } from './text-columns.js';

/** How values of a column are given; `timestamptz` as ISO 8601 with at most milliseconds, `jsonb` as its text. */
interface Given {
  readonly text: string;
  readonly integer: number;
  readonly bigint: number;
  readonly boolean: boolean;
  readonly timestamptz: string;
  readonly jsonb: string;
  readonly texts: readonly string[];
  readonly bytea: Uint8Array;
}

export type CopiedType = keyof Given;

export type CopiedValue = Given[CopiedType] | null;

/** A column of a table, and where its value is in a row. */
export type CopiedColumn<Row> = {
  readonly [Type in CopiedType]: {
    readonly name: string;
    readonly type: Type;
    readonly of: (row: Row) => Given[Type] | null;
  };
}[CopiedType];

/** So few rows are one statement that is read and planned once: a COPY is four messages and two waits (docs/adr/0205). */
const FEW = 16;

/** Whether the rows of a batch are no COPY, so that it pays to let them go out with other statements (`atOnce`). */
export const areFew = (rows: readonly unknown[]): boolean => rows.length <= FEW;

/**
 * Adds rows to a table: a few by a prepared INSERT, more by binary COPY, the fastest way measured, and no value needs quoting
 * (docs/adr/0021). It knows nothing of conflicts: a key that is taken is a unique violation. `columns` are a constant: statements
 * are kept by them.
 */
export const copyInto = async <Row>(
  client: pg.ClientBase,
  table: string,
  columns: readonly CopiedColumn<Row>[],
  rows: readonly Row[],
): Promise<void> => {
  if (rows.length === 0) return;
  if (areFew(rows) || isAtOnce(client)) {
    await client.query({ ...insertOf(table, columns), values: textColumns(columns, rows) });
    return;
  }
  const stream = client.query(
    copyFrom(`COPY ${table} (${columns.map(({ name }) => name).join(', ')}) FROM STDIN (FORMAT binary)`),
  );
  stream.end(encodeRows(columns, rows));
  await finished(stream);
};

interface Insert {
  readonly name?: string;
  readonly text: string;
}

const inserts = new WeakMap<object, Map<string, Insert>>();
let made = 0;

const insertOf = <Row>(table: string, columns: readonly CopiedColumn<Row>[]): Insert => {
  const known = inserts.get(columns) ?? new Map<string, Insert>();
  inserts.set(columns, known);
  const insert = known.get(table) ?? newInsert(table, columns);
  known.set(table, insert);
  return insert;
};

/** A table of one session is another one in the next: its statement has no name, and is not kept by the connection. */
const newInsert = <Row>(table: string, columns: readonly CopiedColumn<Row>[]): Insert => {
  const names = columns.map(({ name }) => name);
  const values = columns.map(({ name, type }) => `news.${name}::${type === 'texts' ? 'text[]' : type}`);
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`);
  const text = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS news (${names.join(', ')})`;
  return table.includes('.') && !table.startsWith('pg_temp.')
    ? { name: `few-${(made += 1)}-${table}`, text }
    : { text };
};

/** "PGCOPY\n\377\r\n\0", no flags, no extension (PostgreSQL manual, COPY, Binary Format). */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = -1;
const NULL = -1;
const LENGTH = 4;

const encodeRows = <Row>(columns: readonly CopiedColumn<Row>[], rows: readonly Row[]): Buffer => {
  const values = rows.map((row) => columns.map(({ of }): CopiedValue => of(row)));
  const bytes = Buffer.allocUnsafe(SIGNATURE.length + values.reduce((sum, row) => sum + mostBytes(row), 0) + 2);
  let at = SIGNATURE.copy(bytes);
  for (const row of values) {
    at = bytes.writeInt16BE(columns.length, at);
    for (const [index, { type }] of columns.entries()) at = writeValue(bytes, at, type, row[index] ?? null);
  }
  return bytes.subarray(0, bytes.writeInt16BE(END, at));
};

/** What no type takes more of besides the characters of its texts: a length and the header of an array, or eight bytes. */
const MOST_FIXED = LENGTH + 20;

/** Room enough: to look at each character would cost a fifth of writing them. */
const mostBytes = (row: readonly CopiedValue[]): number =>
  row.reduce<number>((sum, value) => sum + MOST_FIXED + textBytes(value), 2);

const textBytes = (value: CopiedValue): number => {
  if (typeof value === 'string') return mostUtf8Bytes(value);
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null
    ? value.reduce((sum, text) => sum + LENGTH + mostUtf8Bytes(text), 0)
    : 0;
};

/** Writes a value behind its length; returns where the next begins. */
const writeValue = (bytes: Buffer, at: number, type: CopiedType, value: CopiedValue): number => {
  if (value === null) return bytes.writeInt32BE(NULL, at);
  const end = WRITERS[type](bytes, at + LENGTH, value as never);
  bytes.writeInt32BE(end - at - LENGTH, at);
  return end;
};

/** Where PostgreSQL counts microseconds from (`timestamptz_recv` in timestamp.c). */
const EPOCH = Date.UTC(2000, 0, 1);
const JSONB_VERSION = 1;

const WRITERS: { readonly [Type in CopiedType]: (bytes: Buffer, at: number, value: Given[Type]) => number } = {
  text: (bytes, at, value) => at + bytes.write(value, at),
  integer: (bytes, at, value) => bytes.writeInt32BE(value, at),
  bigint: (bytes, at, value) => bytes.writeBigInt64BE(BigInt(value), at),
  boolean: (bytes, at, value) => bytes.writeUInt8(Number(value), at),
  timestamptz: (bytes, at, value) => bytes.writeBigInt64BE(BigInt(Date.parse(value) - EPOCH) * 1000n, at),
  jsonb: (bytes, at, value) => bytes.writeUInt8(JSONB_VERSION, at) + bytes.write(value, at + 1),
  texts: (bytes, at, value) => at + textArray(value).copy(bytes, at),
  bytea: (bytes, at, value) => {
    bytes.set(value, at);
    return at + value.length;
  },
};
