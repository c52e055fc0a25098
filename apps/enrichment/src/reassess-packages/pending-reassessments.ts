import type pg from 'pg';
import type { FeedKind } from '@weir/contracts';

/** A package that a feed's change concerns. */
export interface PendingReassessment {
  readonly id: string;
  readonly key: string;
  readonly feed: FeedKind;
  readonly revision: string;
  readonly because: readonly string[];
  readonly queuedAt: Date;
}

/** The longest queued, held until the transaction ends; what others hold is left to them. */
export const claimPending = async (client: pg.PoolClient, limit: number): Promise<readonly PendingReassessment[]> => {
  const { rows } = await client.query<PendingReassessment>(
    `SELECT id, package_key AS key, feed, revision, because, queued_at AS "queuedAt"
       FROM intelligence.pending_reassessment ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows;
};

export const deletePending = async (client: pg.PoolClient, pending: readonly PendingReassessment[]): Promise<void> => {
  await client.query('DELETE FROM intelligence.pending_reassessment WHERE id = ANY ($1::bigint[])', [
    pending.map(({ id }) => id),
  ]);
};

const MOST_REASONS = 20;

/** One entry for each package: the latest change names it, all of them say what moved, the first since when. */
export const mergePending = (pending: readonly PendingReassessment[]): readonly PendingReassessment[] => {
  const merged = new Map<string, PendingReassessment>();
  for (const one of pending) {
    const before = merged.get(one.key);
    merged.set(
      one.key,
      before === undefined
        ? one
        : {
            ...one,
            because: [...new Set([...before.because, ...one.because])].slice(0, MOST_REASONS),
            queuedAt: before.queuedAt,
          },
    );
  }
  return [...merged.values()];
};
