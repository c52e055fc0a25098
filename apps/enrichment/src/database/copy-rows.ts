import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Sends whole rows in COPY's text format to `table`, as one COPY: a fault between two calls leaves no COPY open. */
export const copyRows = (client: pg.PoolClient, table: string, rows: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(`COPY ${table} FROM STDIN`));
    stream.once('error', reject).once('finish', () => resolve());
    stream.end(rows);
  });

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One row of COPY's text format; null is its \N. */
export const copyRow = (...fields: readonly (string | number | null)[]): string =>
  `${fields.map(copyField).join('\t')}\n`;

const copyField = (field: string | number | null): string =>
  field === null ? '\\N' : String(field).replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
