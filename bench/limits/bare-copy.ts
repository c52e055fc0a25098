import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A table without an index or a constraint. */
export const createBareTable = async (client: pg.ClientBase, table: string): Promise<void> => {
  await client.query(
    `DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (partition integer, "offset" bigint, value text)`,
  );
};

/** One transaction: COPY of these rows, in text format. */
export const copyText = async (client: pg.ClientBase, table: string, text: string): Promise<void> => {
  const stream = client.query(copyFrom(`COPY ${table} FROM STDIN`));
  stream.end(text);
  await finished(stream);
};

export const bareRow = (partition: number, offset: number | string, value: string): string =>
  `${partition}\t${offset}\t${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}\n`;

export interface CopyLimit {
  readonly rows: number;
  readonly rowBytes: number;
  readonly rowsPerCommit: number;
}

/** Rows a second that COPY makes durable. */
export const copyRate = async (
  client: pg.ClientBase,
  { rows, rowBytes, rowsPerCommit }: CopyLimit,
): Promise<number> => {
  await createBareTable(client, 'bench_copy');
  const value = 'x'.repeat(rowBytes);
  const text = Array.from({ length: rowsPerCommit }, (_, row) => bareRow(0, row, value)).join('');
  const start = performance.now();
  for (let done = 0; done < rows; done += rowsPerCommit) await copyText(client, 'bench_copy', text);
  const seconds = (performance.now() - start) / 1000;
  await client.query('DROP TABLE bench_copy');
  return (Math.ceil(rows / rowsPerCommit) * rowsPerCommit) / seconds;
};
