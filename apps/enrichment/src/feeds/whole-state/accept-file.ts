import { inTransaction } from '@weir/postgres';
import type pg from 'pg';
import { closeFeeds, takeTurn } from '../../database/feed-lock.js';
import type { FeedKind } from '@weir/contracts';
import type { TakeTurns } from '@weir/service';
import { recordLoad, type NewLoad } from '../feed-loads.js';
import type { Decided } from '../load-task.js';
import { queueByCve } from '../queue-affected.js';
import { acceptEntries } from './accept-entries.js';
import { readHeldBack } from './held-back-files.js';

/** A person lets in what the newest file of a feed takes away. */
export interface AcceptRequest extends Decided {
  readonly kind: FeedKind;
  /** Digest of the file. */
  readonly content: string;
}

export interface AcceptedFile {
  readonly feed: FeedKind;
  readonly revision: string;
  readonly content: string;
  readonly changed: number;
  readonly removed: number;
  readonly affectedPackages: number;
}

export interface AcceptRefused {
  readonly refused: { readonly detail: string };
}

export interface AcceptPorts {
  /** As for loads. */
  readonly pool: pg.Pool;
  readonly inTurn: TakeTurns;
  readonly clock: () => Date;
  readonly onLoaded: () => void;
}

/** Takes away in one transaction what a feed's newest file takes away, and notes who said so and why. */
export const acceptFile = async (ports: AcceptPorts, request: AcceptRequest): Promise<AcceptedFile | AcceptRefused> => {
  const now = ports.clock().toISOString();
  const limits = { statementMillis: 0, lockMillis: 0 };
  const outcome = await ports.inTurn(() => inTransaction(ports.pool, (client) => accept(client, request, now), limits));
  if (!('refused' in outcome)) ports.onLoaded();
  return outcome;
};

const accept = async (
  client: pg.PoolClient,
  { kind: feed, content, by, because }: AcceptRequest,
  at: string,
): Promise<AcceptedFile | AcceptRefused> => {
  if (feed === 'osv')
    return refused('A file of osv takes nothing away that its records do not say: there is nothing to accept.');
  await takeTurn(client, feed);
  const newest = await readNewest(client, feed);
  if (newest?.digest !== content) return refused(newestIs(feed, newest?.digest ?? null));
  const { changed, removed } = await acceptEntries(client, feed);
  if (changed + removed === 0 && !newest.isHeldBack)
    return refused(`All that the file ${content} says of ${feed} is in force already.`);
  await closeFeeds(client);
  const affectedPackages = await queueByCve(client, { feed, revision: newest.revision, queuedAt: at });
  await recordLoad(client, {
    ...newest,
    feed,
    added: 0,
    changed,
    removed,
    affectedPackages,
    foreign: 0,
    ecosystems: {},
    decided: { how: 'accepted', by, because, at },
  });
  return { feed, revision: newest.revision, content, changed, removed, affectedPackages };
};

const refused = (detail: string): AcceptRefused => ({ refused: { detail } });

const newestIs = (feed: FeedKind, digest: string | null): string =>
  digest === null
    ? `No file of ${feed} was sent yet: load one first.`
    : `The newest file of ${feed} is ${digest}: name that, after you looked at it.`;

type Newest = Omit<NewLoad, 'decided' | 'affectedPackages' | 'foreign' | 'ecosystems'> & {
  readonly isHeldBack: boolean;
};

/** The newest file of a feed, loaded or held back. */
const readNewest = async (client: pg.PoolClient, feed: FeedKind): Promise<Newest | null> => {
  const heldBack = await readHeldBack(client, feed);
  if (heldBack !== null) return { ...heldBack, etag: null, isHeldBack: true };
  const { rows } = await client.query<Omit<Newest, 'loadedAt'> & { readonly loadedAt: Date }>(
    `SELECT feed, revision, source, digest, etag, as_of AS "asOf", loaded_at AS "loadedAt", records, added, changed, removed, skipped,
            false AS "isHeldBack"
       FROM intelligence.feed_load WHERE feed = $1 ORDER BY id DESC LIMIT 1`,
    [feed],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, loadedAt: row.loadedAt.toISOString() };
};
