import type pg from 'pg';
import type { NewEvidence } from './evidence.js';
import { groupBySize } from './group-by-size.js';
import { textArray } from './text-array.js';
import { packEvidence, type PackedEvidence } from './pack-evidence.js';

const LARGEST_INSERT = 16 * 1024 * 1024;

const INSERT = `
  INSERT INTO log.evidence (digest, kind, encoding, bytes, size)
  SELECT digest, kind, encoding, substring($5::bytea FROM start FOR length), size
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]::int[], $6::text[]::int[], $7::text[]::int[]) AS new (digest, kind, encoding, size, start, length)
  ON CONFLICT DO NOTHING`;

/** Stores what is not stored yet, each digest once. Only that is hashed and compressed: a sweep names old facts again. */
export const putEvidence = async (database: pg.Pool | pg.PoolClient, evidence: readonly NewEvidence[]): Promise<void> => {
  if (evidence.length === 0) return;
  const given = new Map(evidence.map((item) => [item.digest, item]));
  const { rows } = await database.query<{ digest: string }>('SELECT digest FROM log.evidence WHERE digest = ANY($1)', [textArray([...given.keys()])]);
  for (const { digest } of rows) given.delete(digest);
  // In digest order: two writers that store the same new evidence wait for each other, never in a circle.
  const missing = [...given.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const group of groupBySize(missing.map(packEvidence), LARGEST_INSERT, ({ bytes }) => bytes.length)) await insert(database, group);
};

/** All bytes go as one parameter and are cut apart in SQL: an array of bytea would be sent as quoted hex. */
const insert = async (database: pg.Pool | pg.PoolClient, group: readonly PackedEvidence[]): Promise<void> => {
  const lengths = group.map(({ bytes }) => bytes.length);
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  await database.query(INSERT, [
    textArray(group.map(({ digest }) => digest)),
    textArray(group.map(({ kind }) => kind)),
    textArray(group.map(({ encoding }) => encoding)),
    textArray(group.map(({ size }) => String(size))),
    Buffer.concat(group.map(({ bytes }) => bytes)),
    textArray(starts.map(String)),
    textArray(lengths.map(String)),
  ]);
};
