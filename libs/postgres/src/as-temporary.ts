import type pg from 'pg';

/**
 * The client, but statements about tables of `schema` are about the session's temporary tables of the same names: what
 * writes a table makes it again elsewhere. Statements are plain: the schema stands before each table.
 */
export const asTemporary = (client: pg.PoolClient, schema: string): pg.PoolClient => {
  const table = new RegExp(`\\b${schema}\\.(?=[a-z_]+\\b)`, 'g');
  const rewritten = (text: string): string => text.replaceAll(table, 'pg_temp.');
  const query = (asked: unknown, values?: unknown): unknown => {
    const { query: run } = client as unknown as { query: (...args: readonly unknown[]) => unknown };
    if (typeof asked === 'string') return run.call(client, rewritten(asked), values);
    const { text, name, ...rest } = asked as pg.QueryConfig;
    return run.call(client, {
      ...rest,
      text: rewritten(text),
      ...(name !== undefined && { name: `temporary ${name}` }),
    });
  };
  return Object.create(client, { query: { value: query } }) as pg.PoolClient;
};
