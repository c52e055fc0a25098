import type pg from 'pg';
import type { FeedKind } from '@weir/contracts';

const COMMIT_LOCK = 7_305_714;
const LOAD_LOCK = 7_305_715;
const LOAD_KEYS: Readonly<Record<FeedKind, number>> = { osv: 1, epss: 2, kev: 3 };

/**
 * Taken by whoever reads what the feeds say in order to record it of a package, before the first such read.
 * Invariant: a feed that commits after the read finds the package in the index of affected packages, because it takes
 * the lock alone before it looks there and so waits for this transaction; and a transaction that gets the lock after
 * the feed sees the feed's new rows, because PostgreSQL releases locks after the commit is visible.
 */
export const shareFeeds = async (client: pg.PoolClient): Promise<void> => {
  // A feed that looks for what it affects is no fault: it is waited for as long as a statement may take.
  await client.query("SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock_shared($1)", [COMMIT_LOCK]);
};

/** Taken by a feed's load after its rows are written and before it looks for affected packages: held for that alone. */
export const closeFeeds = async (client: pg.PoolClient): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock($1)', [COMMIT_LOCK]);
};

/** Merges of one feed run one after the other. Taken once all of the file is staged, so that a slow upload holds up nobody. */
export const takeTurn = async (client: pg.PoolClient, feed: FeedKind): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [LOAD_LOCK, LOAD_KEYS[feed]]);
};
