import type { DesiredState, Judgement, PackageRef, RepositoryRef } from '@weir/domain';
import type pg from 'pg';
import { type CopiedColumn, copyInto, insertOrMerge, textArray, textColumns } from '@weir/postgres';

/** The latest judgement of a package with what is needed to judge it again. */
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
  readonly desired: DesiredState | null;
  readonly claiming: readonly string[];
  /** Policies that matched, in scope or not any more: what a look ahead is compared with. */
  readonly matching: readonly string[];
  /** When the answer may next change by time alone; null when no policy in scope reads the clock. */
  readonly lookAt: string | null;
  /** Trace of the event that first brought the package. */
  readonly originTraceparent: string | null;
}

/** What no statement looks into: one JSON text. */
type Details = Pick<JudgementRow, 'repository' | 'package' | 'desired' | 'claiming' | 'matching'>;

type StoredRow = Omit<JudgementRow, keyof Details> & { readonly details: string };

const COLUMNS = `package_key AS key, shard, workspace, presence, facts_digest AS "factsDigest",
  sequence::float8 AS sequence, policy_set_digest AS "policySetDigest", details,
  to_char(look_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lookAt", origin_traceparent AS "originTraceparent"`;

const rowOf = ({ details, ...columns }: StoredRow): JudgementRow => ({ ...columns, ...(JSON.parse(details) as Details) });

const detailsOf = ({ repository, package: named, desired, claiming, matching }: JudgementRow): string =>
  JSON.stringify({ repository, package: named, desired, claiming, matching } satisfies Details);

export const judgementOf = (row: JudgementRow | undefined): Judgement =>
  !row?.desired || row.policySetDigest === null
    ? { kind: 'unjudged' }
    : { kind: 'judged', presence: row.presence, factsDigest: row.factsDigest, policySetDigest: row.policySetDigest, desired: row.desired, claiming: row.claiming };

export const readJudgements = async (pool: pg.Pool, keys: readonly string[]): Promise<Map<string, JudgementRow>> => {
  const { rows } = await pool.query<StoredRow>(`SELECT ${COLUMNS} FROM evaluation.judgement WHERE package_key = ANY($1)`, [textArray(keys)]);
  return new Map(rows.map((row) => [row.key, rowOf(row)]));
};

/** Packages of the shard that were last judged by another policy set than `digest`, in key order. */
export const readOutdated = async (pool: pg.Pool, shard: string, workspace: string, digest: string, limit: number, after: string): Promise<readonly JudgementRow[]> => {
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${COLUMNS} FROM evaluation.judgement
      WHERE shard = $1 AND workspace = $2 AND presence = 'present' AND policy_set_digest IS DISTINCT FROM $3 AND package_key > $5
      ORDER BY package_key LIMIT $4`,
    [shard, workspace, digest, limit, after],
  );
  return rows.map(rowOf);
};

/** Packages of the shard whose answer may have changed by time alone, the longest due first. */
export const readDue = async (pool: pg.Pool, shard: string, now: string, limit: number): Promise<readonly JudgementRow[]> => {
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
  { name: 'details', type: 'text', of: detailsOf },
  { name: 'look_at', type: 'timestamptz', of: ({ lookAt }) => lookAt },
  { name: 'origin_traceparent', type: 'text', of: ({ originTraceparent }) => originTraceparent },
];

const MERGE = `
  INSERT INTO evaluation.judgement AS j (package_key, shard, workspace, presence, facts_digest, sequence, policy_set_digest,
    details, look_at, origin_traceparent)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]::bigint[], $7::text[], $8::text[],
    $9::text[]::timestamptz[], $10::text[])
  ON CONFLICT (package_key) DO UPDATE SET presence = excluded.presence, facts_digest = excluded.facts_digest,
    sequence = excluded.sequence, policy_set_digest = excluded.policy_set_digest, details = excluded.details,
    look_at = excluded.look_at, origin_traceparent = coalesce(j.origin_traceparent, excluded.origin_traceparent)`;

/**
 * Writes the rows as they are now; the last one of a package wins. `known`: the packages that had a row when they were read.
 * @throws Retryable when one of the others has a row by now.
 */
export const writeJudgements = async (client: pg.PoolClient, rows: readonly JudgementRow[], known: Pick<ReadonlySet<string>, 'has'>): Promise<void> => {
  const latest = [...new Map(rows.map((row) => [row.key, row])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  await insertOrMerge(latest, {
    known,
    insert: (first) => copyInto(client, 'evaluation.judgement', COPIED, first),
    merge: (further) => client.query({ name: 'evaluation-merge-judgements', text: MERGE, values: textColumns(COPIED, further) }),
    taken: 'A package of this batch was judged by somebody else meanwhile',
  });
};
