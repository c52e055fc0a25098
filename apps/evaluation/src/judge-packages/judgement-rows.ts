import {
  unjudged,
  type DesiredState,
  type Judgement,
  type Memory,
  type PackageRef,
  type RepositoryRef,
} from '@weir/domain';
import { copyInto, insertOrMerge, textArray, textColumns, type CopiedColumn } from '@weir/postgres';
import type pg from 'pg';
import type { Answered } from './answered-observations.js';

/** The latest judgement of a package with what is needed to judge it again. Times are ISO 8601 in UTC. */
export interface JudgementRow {
  readonly key: string;
  readonly shard: string;
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly presence: 'present' | 'deleted';
  readonly factsDigest: string | null;
  readonly sequence: number;
  readonly policySetDigest: string | null;
  /** null in what a version before kept. */
  readonly engineDigest: string | null;
  /** Names the conditions of the workspace under which its basis was last looked at; null in what a version before kept. */
  readonly conditions: string | null;
  readonly judgement: Judgement;
  readonly decidedAt: string | null;
  /** The least instant at which the answer may change by itself; null when nothing can change it but its basis. */
  readonly deadline: string | null;
  /** When policies that failed are asked again; null when none did. */
  readonly retryAt: string | null;
  /** Time changes the answer within a day of `decidedAt`: the deadline, which is due at once, is yet to be found. */
  readonly isMoving: boolean;
  /** null when a version before judged its observations, which then stand in `evaluation.observation`. */
  readonly answered: Answered | null;
  /** Trace of the event that first brought the package. */
  readonly originTraceparent: string | null;
}

/** What no statement looks into: one JSON text. Versions before wrote less; what they wrote of `claiming` is the memory. */
interface Details {
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly desired: DesiredState | null;
  readonly basis?: string;
  readonly said?: string;
  readonly memory?: Memory;
  readonly engineDigest?: string;
  readonly decidedAt?: string;
  readonly retryAt?: string;
  readonly isMoving?: true;
  readonly answered?: Answered;
  readonly claiming?: readonly string[];
}

interface StoredRow {
  readonly key: string;
  readonly shard: string;
  readonly workspace: string;
  readonly presence: 'present' | 'deleted';
  readonly factsDigest: string | null;
  readonly sequence: number;
  readonly policySetDigest: string | null;
  readonly conditions: string | null;
  readonly details: string;
  readonly deadline: string | null;
  readonly originTraceparent: string | null;
}

const COLUMNS = `package_key AS key, shard, workspace, presence, facts_digest AS "factsDigest",
  sequence::float8 AS sequence, policy_set_digest AS "policySetDigest", conditions, details,
  to_char(look_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "deadline", origin_traceparent AS "originTraceparent"`;

const rowOf = ({ details, ...columns }: StoredRow): JudgementRow => {
  const read = JSON.parse(details) as Details;
  const { engineDigest = null, decidedAt = null, retryAt = null, isMoving = false, answered = null } = read;
  return {
    ...columns,
    repository: read.repository,
    package: read.package,
    judgement: judgementOf(columns, read),
    engineDigest,
    decidedAt,
    retryAt,
    isMoving,
    answered,
  };
};

const judgementOf = (
  { presence, factsDigest }: Pick<StoredRow, 'presence' | 'factsDigest'>,
  { desired, basis, said, memory, claiming = [] }: Details,
): Judgement =>
  desired === null
    ? unjudged
    : {
        kind: 'judged',
        presence,
        factsDigest,
        basis: basis ?? null,
        said: said ?? null,
        desired,
        memory: memory ?? claimed(claiming),
      };

const claimed = (policies: readonly string[]): Memory =>
  Object.fromEntries(policies.map((policyId) => [policyId, { match: true, failures: 0 }]));

const detailsOf = (row: JudgementRow): string => {
  const { repository, judgement, engineDigest, decidedAt, retryAt, isMoving, answered } = row;
  const details: Details = {
    repository,
    package: row.package,
    desired: null,
    ...(judgement.kind === 'judged' && keptOf(judgement)),
    ...(engineDigest !== null && { engineDigest }),
    ...(decidedAt !== null && { decidedAt }),
    ...(retryAt !== null && { retryAt }),
    ...(isMoving && { isMoving }),
    ...(answered !== null && { answered }),
  };
  return JSON.stringify(details);
};

const keptOf = ({ desired, basis, said, memory }: Extract<Judgement, { kind: 'judged' }>): Partial<Details> => ({
  desired,
  ...(basis !== null && { basis }),
  ...(said !== null && { said }),
  ...(Object.keys(memory).length > 0 && { memory }),
});

export const readJudgements = async (
  pool: Pick<pg.Pool, 'query'>,
  keys: readonly string[],
): Promise<Map<string, JudgementRow>> => {
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${COLUMNS} FROM evaluation.judgement WHERE package_key = ANY($1)`,
    [textArray(keys)],
  );
  return new Map(rows.map((row) => [row.key, rowOf(row)]));
};

/** Where a shard is looked through, from key to key. */
export interface Stretch {
  readonly shard: string;
  readonly workspace: string;
  readonly after: string;
  readonly limit: number;
}

/** Packages whose basis was last looked at under other conditions than these, in key order. */
export const readUnderOtherConditions = async (
  pool: pg.Pool,
  { shard, workspace, after, limit }: Stretch,
  conditions: string,
): Promise<readonly JudgementRow[]> => {
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${COLUMNS} FROM evaluation.judgement
      WHERE shard = $1 AND workspace = $2 AND presence = 'present' AND conditions IS DISTINCT FROM $3 AND package_key > $5
      ORDER BY package_key LIMIT $4`,
    [shard, workspace, conditions, limit, after],
  );
  return rows.map(rowOf);
};

/** Packages of the shard whose deadline has come, the longest due first. */
export const readDue = async (
  pool: pg.Pool,
  shard: string,
  now: string,
  limit: number,
): Promise<readonly JudgementRow[]> => {
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${COLUMNS} FROM evaluation.judgement WHERE shard = $1 AND look_at <= $2 AND presence = 'present' ORDER BY look_at LIMIT $3`,
    [shard, now, limit],
  );
  return rows.map(rowOf);
};

export const keysOf = (rows: readonly JudgementRow[]): ReadonlySet<string> => new Set(rows.map(({ key }) => key));

const COPIED: readonly CopiedColumn<JudgementRow>[] = [
  { name: 'package_key', type: 'text', of: ({ key }) => key },
  { name: 'shard', type: 'text', of: ({ shard }) => shard },
  { name: 'workspace', type: 'text', of: ({ workspace }) => workspace },
  { name: 'presence', type: 'text', of: ({ presence }) => presence },
  { name: 'facts_digest', type: 'text', of: ({ factsDigest }) => factsDigest },
  { name: 'sequence', type: 'bigint', of: ({ sequence }) => sequence },
  { name: 'policy_set_digest', type: 'text', of: ({ policySetDigest }) => policySetDigest },
  { name: 'conditions', type: 'text', of: ({ conditions }) => conditions },
  { name: 'details', type: 'text', of: detailsOf },
  { name: 'look_at', type: 'timestamptz', of: ({ deadline }) => deadline },
  { name: 'origin_traceparent', type: 'text', of: ({ originTraceparent }) => originTraceparent },
];

const MERGE = `
  INSERT INTO evaluation.judgement AS j (package_key, shard, workspace, presence, facts_digest, sequence, policy_set_digest,
    conditions, details, look_at, origin_traceparent)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]::bigint[], $7::text[], $8::text[],
    $9::text[], $10::text[]::timestamptz[], $11::text[])
  ON CONFLICT (package_key) DO UPDATE SET presence = excluded.presence, facts_digest = excluded.facts_digest,
    sequence = excluded.sequence, policy_set_digest = excluded.policy_set_digest, conditions = excluded.conditions,
    details = excluded.details, look_at = excluded.look_at,
    origin_traceparent = coalesce(j.origin_traceparent, excluded.origin_traceparent)`;

/**
 * Writes the rows as they are now; the last one of a package wins. `known`: the packages that had a row when they were read.
 * @throws Retryable when one of the others has a row by now.
 */
export const writeJudgements = async (
  client: pg.PoolClient,
  rows: readonly JudgementRow[],
  known: Pick<ReadonlySet<string>, 'has'>,
): Promise<void> => {
  const latest = [...new Map(rows.map((row) => [row.key, row])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  await insertOrMerge(latest, {
    known,
    insert: (first) => copyInto(client, 'evaluation.judgement', COPIED, first),
    merge: (further) =>
      client.query({ name: 'evaluation-merge-judgements', text: MERGE, values: textColumns(COPIED, further) }),
    taken: 'A package of this batch was judged by somebody else meanwhile',
  });
};
