import type pg from 'pg';

/** A decision as it is stored, of any version. */
export interface StoredDecision {
  readonly id: string;
  readonly workspace: string;
  readonly repository: { readonly name: string };
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly freshnessDigest: string | null;
  readonly policySetDigest: string;
  readonly results: readonly {
    readonly policyId: string;
    readonly match?: boolean | null;
    readonly reasons?: readonly string[];
    readonly error?: object | null;
  }[];
}

/** What the log has been seen to hold. Only ever added to, as the log is. */
export interface SeenLog {
  /** How many decisions name an observation, by `observationKey`. */
  readonly decisionsOf: ReadonlyMap<string, number>;
  /** Decisions since the last call. */
  readonly fresh: readonly StoredDecision[];
}

interface Row {
  readonly shard: string;
  readonly position: number;
  readonly type: string;
  readonly data: string;
}

interface Data extends Omit<StoredDecision, 'id' | 'freshnessDigest'> {
  readonly freshnessDigest?: string | null;
  readonly cause: { readonly kind: string; readonly observation?: { readonly source: string; readonly id: string } };
}

export const observationKey = (workspace: string, source: string, id: string): string =>
  JSON.stringify([workspace, source, id]);

/** Reads on in the shards of decisions, by SQL that no service uses. */
export const followDecisions = (): ((database: pg.Client) => Promise<SeenLog>) => {
  const next = new Map<string, number>();
  const decisionsOf = new Map<string, number>();
  return async (database) => {
    const { rows } = await database.query<Row>(
      `SELECT e.shard, e.position::float8 AS position, e.type, e.data FROM log.event e
         LEFT JOIN jsonb_each_text($1::jsonb) AS seen(shard, next) ON seen.shard = e.shard
        WHERE e.shard LIKE 'evaluation/%' AND e.position >= coalesce(seen.next::bigint, 0)
        ORDER BY e.shard, e.position`,
      [JSON.stringify(Object.fromEntries(next))],
    );
    const fresh = rows.flatMap((row) => {
      next.set(row.shard, row.position + 1);
      return row.type === 'DecisionRecorded' ? [decisionOf(row, decisionsOf)] : [];
    });
    return { decisionsOf, fresh };
  };
};

const decisionOf = ({ shard, position, data }: Row, decisionsOf: Map<string, number>): StoredDecision => {
  const decision = JSON.parse(data) as Data;
  const { observation } = decision.cause;
  if (observation) {
    const key = observationKey(decision.workspace, observation.source, observation.id);
    decisionsOf.set(key, (decisionsOf.get(key) ?? 0) + 1);
  }
  const { workspace, repository, decidedAt, factsDigest, freshnessDigest = null, policySetDigest, results } = decision;
  return {
    id: `${shard.replace('/', '-')}-${position}`,
    workspace,
    repository,
    decidedAt,
    factsDigest,
    freshnessDigest,
    policySetDigest,
    results,
  };
};
