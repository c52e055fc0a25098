import type pg from 'pg';

/** Tables that stay small however long a Weir runs: a row for each shard, feed, partition or group, or for a few thousand CVEs. */
const SMALL = [
  'log.shard_head',
  'log.verification',
  'topic.partition_head',
  'topic.identity',
  'topic.group_position',
  'intelligence."position"',
  'intelligence.feed_load',
  'intelligence.ecosystem_load',
  'intelligence.feed_held_back',
  'intelligence.kev',
  'evaluation.relay',
  'evaluation.swept',
  'action.source',
  'api.follower',
  'api.accepted_position',
  'api.decision_hour',
  'access.key_use',
];

/** What a column, of one table or of any, holds in row `g`, where its type alone does not say. */
const VALUES: Readonly<Record<string, string>> = {
  'log.event.position': 'g',
  'log.event.prev_hash': `decode(repeat('00', 32), 'hex')`,
  'log.event.hash': `decode(repeat('00', 32), 'hex')`,
  'log.evidence.digest': `'sha256:' || lpad(to_hex(g), 64, '0')`,
  'log.evidence.encoding': `'identity'`,
  presence: `'present'`,
  status: `'pending'`,
};

const BY_TYPE: Readonly<Record<string, string>> = {
  text: `'row ' || g`,
  'text[]': `'{}'`,
  jsonb: `'{}'`,
  json: `'{}'`,
  bytea: `'\\x00'`,
  boolean: 'false',
  date: `date '2026-11-30'`,
  'timestamp with time zone': `timestamptz '2026-11-30T00:00:00Z'`,
};
const NUMBER = 'g % 1000000000';

interface Column {
  readonly name: string;
  readonly type: string;
}

interface Table {
  readonly oid: number;
  readonly table: string;
  readonly columns: readonly Column[];
}

const TABLES = `
  SELECT c.oid::int8::float8 AS oid, c.oid::regclass::text AS table,
         json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
   WHERE c.relkind = 'r' AND n.nspname IN ('log', 'topic', 'intelligence', 'evaluation', 'action', 'api')
   GROUP BY c.oid`;

/** Puts `rows` rows into every table that grows and is not among `filled`; answers those that have rows now. */
export const fillTables = async (
  client: pg.Client,
  rows: number,
  filled: ReadonlySet<number>,
): Promise<readonly number[]> => {
  const { rows: tables } = await client.query<Table>(TABLES);
  const empty = tables.filter(({ oid, table }) => !filled.has(oid) && !SMALL.includes(table));
  // In any order: references are not looked at.
  await client.query("SET session_replication_role = 'replica'");
  for (const table of empty) await fill(client, table, rows);
  await client.query("SET session_replication_role = 'origin'");
  return empty.map(({ oid }) => oid);
};

const fill = async (client: pg.Client, { table, columns }: Table, rows: number): Promise<void> => {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns
    .map(({ name, type }) => VALUES[`${table}.${name}`] ?? VALUES[name] ?? BY_TYPE[type] ?? NUMBER)
    .join(', ');
  const text = `INSERT INTO ${table} (${names}) SELECT ${values} FROM generate_series(1, ${rows}) AS g`;
  await client.query(text).catch((cause: unknown) => {
    throw new Error(
      `${table} cannot be filled: say in tools/migrations/fill-tables.ts what its columns hold, or that it stays small.`,
      { cause },
    );
  });
  await client.query(`ANALYZE ${table}`);
};
