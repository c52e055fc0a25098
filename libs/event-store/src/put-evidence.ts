import type pg from 'pg';
import { groupBySize, textArray } from '@weir/postgres';
import type { NewEvidence } from './evidence.js';
import { packEvidence, type PackedAlone, type PackedFrame } from './pack-evidence.js';

type Database = pg.Pool | pg.PoolClient;

const LARGEST_INSERT = 16 * 1024 * 1024;

const INSERT_ALONE = `
  INSERT INTO log.evidence (digest, kind, encoding, bytes, size)
  SELECT digest, kind, encoding, substring($5::bytea FROM start FOR length), size
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]::int[], $6::text[]::int[], $7::text[]::int[]) AS new (digest, kind, encoding, size, start, length)
  ON CONFLICT DO NOTHING`;

/** Ids rise in the order of the frames: they are given as the rows come. */
const INSERT_FRAMES = `
  INSERT INTO log.evidence_frame (bytes)
  SELECT substring($1::bytea FROM start FOR length) FROM unnest($2::text[]::int[], $3::text[]::int[]) WITH ORDINALITY AS new (start, length, number) ORDER BY number
  RETURNING id`;

const INSERT_PIECES = `
  INSERT INTO log.evidence (digest, kind, encoding, frame, start, size)
  SELECT digest, kind, 'frame', frame, start, size
  FROM unnest($1::text[], $2::text[], $3::text[]::bigint[], $4::text[]::int[], $5::text[]::int[]) AS new (digest, kind, frame, start, size)
  ORDER BY digest
  ON CONFLICT DO NOTHING`;

/** A probe of the primary key for each digest: with `= ANY` the whole table was read, since its rows are short. */
const STORED = `
  SELECT given.digest FROM unnest($1::text[]) AS given (digest), LATERAL (SELECT FROM log.evidence WHERE digest = given.digest LIMIT 1) AS stored`;

/** Stores what is not stored yet, each digest once. Only that is hashed and compressed, and what is told to be new: a sweep names old facts again. */
export const putEvidence = async (database: Database, evidence: readonly NewEvidence[]): Promise<void> => {
  if (evidence.length === 0) return;
  const given = new Map(evidence.map((item) => [item.digest, item]));
  for (const digest of await storedOf(
    database,
    evidence.filter(({ isNew }) => isNew !== true),
  ))
    given.delete(digest);
  const { alone, frames } = packEvidence([...given.values()]);
  // In digest order: two writers that store the same new evidence wait for each other, never in a circle.
  const inOrder = [...alone].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  for (const group of groupBySize(inOrder, LARGEST_INSERT, ({ bytes }) => bytes.length))
    await insertAlone(database, group);
  if (frames.length > 0) await insertFrames(database, frames);
};

const storedOf = async (database: Database, evidence: readonly NewEvidence[]): Promise<readonly string[]> => {
  if (evidence.length === 0) return [];
  const { rows } = await database.query<{ digest: string }>(STORED, [
    textArray([...new Set(evidence.map(({ digest }) => digest))]),
  ]);
  return rows.map(({ digest }) => digest);
};

const insertAlone = async (database: Database, group: readonly PackedAlone[]): Promise<void> => {
  const { bytes, starts, lengths } = joined(group);
  const column = (of: (item: PackedAlone) => string): Buffer => textArray(group.map(of));
  await database.query({
    name: 'log-put-alone',
    text: INSERT_ALONE,
    values: [
      column(({ digest }) => digest),
      column(({ kind }) => kind),
      column(({ encoding }) => encoding),
      column(({ size }) => String(size)),
      bytes,
      starts,
      lengths,
    ],
  });
};

/** A frame none of whose pieces is taken, because another writer was first with all of them, stays unused. */
const insertFrames = async (database: Database, frames: readonly PackedFrame[]): Promise<void> => {
  const { bytes, starts, lengths } = joined(frames);
  const { rows } = await database.query<{ id: string }>({
    name: 'log-put-frames',
    text: INSERT_FRAMES,
    values: [bytes, starts, lengths],
  });
  const pieces = frames.flatMap((frame, i) => frame.pieces.map((piece) => ({ ...piece, frame: rows[i]?.id ?? null })));
  const column = (of: (piece: (typeof pieces)[number]) => string | null): Buffer => textArray(pieces.map(of));
  await database.query({
    name: 'log-put-pieces',
    text: INSERT_PIECES,
    values: [
      column(({ digest }) => digest),
      column(({ kind }) => kind),
      column(({ frame }) => frame),
      column(({ start }) => String(start)),
      column(({ size }) => String(size)),
    ],
  });
};

/** All bytes go as one parameter and are cut apart in SQL, which counts from 1. */
const joined = (
  items: readonly { readonly bytes: Uint8Array }[],
): { readonly bytes: Buffer; readonly starts: Buffer; readonly lengths: Buffer } => {
  const lengths = items.map(({ bytes }) => bytes.length);
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  return {
    bytes: Buffer.concat(items.map(({ bytes }) => bytes)),
    starts: textArray(starts.map(String)),
    lengths: textArray(lengths.map(String)),
  };
};
