import type pg from 'pg';
import type { NewEvent, StoredEvent } from './event.js';
import type { Evidence, NewEvidence } from './evidence.js';
import type { UnknownEvent } from './unknown-event.js';

/** How far a shard reaches. */
export interface ShardHead {
  readonly shard: string;
  /** Number of events; the next event's position. */
  readonly size: number;
  /** `sha256:<hex>` of the last event, all zeros in an empty shard. */
  readonly lastHash: string;
  /** RFC 6962 subtree roots, largest first; `rootHash(frontier, size)` is the tree's root. */
  readonly frontier: readonly Uint8Array[];
  /** Source (a topic's name) to the next offset to read; it moves in the same transaction as the rows. */
  readonly sources: Readonly<Record<string, number>>;
  /** Source to what its offset is of: another topic of the same name is another source. Absent where a version before read. */
  readonly incarnations: Readonly<Record<string, string>>;
}

/** What one transaction adds to a shard. */
export interface AppendBatch {
  /** May be empty, to move only `sources`. */
  readonly events: readonly NewEvent[];
  readonly evidence?: readonly NewEvidence[];
  /** Replaces the named sources' offsets; others stay. */
  readonly sources?: Readonly<Record<string, number>>;
  /** Replaces what the named sources are; others stay. */
  readonly incarnations?: Readonly<Record<string, string>>;
  /**
   * Runs in the same transaction, after the rows, of a small batch without waiting for them (`atOnce`); when it throws, nothing of the batch is kept. It holds the shard's
   * head meanwhile: statements only, no waiting. PostgreSQL ends a transaction that is idle for 10 s.
   */
  readonly also?: (client: pg.PoolClient) => Promise<void>;
}

/** The one writer of a shard, as long as no other writer moves its head. */
export interface ShardWriter {
  readonly shard: string;
  /** The head after this writer's last append. */
  head(): ShardHead;
  /**
   * Appends in one transaction: all or nothing. Calls on one writer run one after the other.
   * @throws ShardFenced when another writer moved the head; the writer must be reopened.
   * @throws Retryable when PostgreSQL cannot be reached. Whether the batch was kept may then be
   * unknown: reopen the shard and compare its head; appending on with the old writer ends in ShardFenced if it was.
   */
  append(batch: AppendBatch): Promise<readonly StoredEvent[]>;
}

export interface FollowOptions {
  /** One shard, or all whose name matches, also those that appear later. */
  readonly shard: string | RegExp;
  /** First position to handle of a shard; asked once for each shard. */
  readonly from: (shard: string) => Promise<number>;
  /** Gets contiguous ascending events of one shard, never two calls at once. A Retryable is retried with back-off. */
  readonly handle: (events: readonly StoredEvent[]) => Promise<void>;
  /** Ends the follower after the call in progress. */
  readonly signal: AbortSignal;
  /** Most events of one call; 500 by default. */
  readonly batch?: number;
  /** Milliseconds after which it looks by itself when nothing woke it; 1,000 by default. */
  readonly pollEvery?: number;
  /**
   * Milliseconds that it rests after it is up with the log, before it looks again; none unless told. What comes meanwhile is
   * handed on together. After a longer quiet nothing waits.
   */
  readonly rest?: number;
}

/** The decision log. All methods throw Retryable when PostgreSQL cannot be reached. */
export interface EventStore {
  /**
   * Opens a shard such as `evaluation/3` for writing; creates its head on first use.
   * @throws UnknownEvent when this process met one in the shard, or there is one among its last events: a newer Weir writes it.
   */
  openShard(shard: string): Promise<ShardWriter>;
  /**
   * Events at `position` and after, ascending, at most `limit`; fewer when an unknown one comes after them.
   * @throws UnknownEvent when the first is unknown.
   */
  read(shard: string, after: { readonly position: number; readonly limit: number }): Promise<readonly StoredEvent[]>;
  /** The heads of all shards, by name. */
  shards(): Promise<readonly ShardHead[]>;
  /**
   * Hands on events as they are committed until `signal` aborts; rejects when the handler throws what is not Retryable,
   * and with UnknownEvent once the events before the unknown one are handled.
   */
  follow(options: FollowOptions): Promise<void>;
  /** Where this process met unknown events in the shards that match: the earliest of each. They stay unknown to it. */
  unknownEvents(shards: RegExp): readonly UnknownEvent[];
  /** Stores evidence once by digest, in the caller's transaction when a client is given. */
  putEvidence(evidence: readonly NewEvidence[], client?: pg.PoolClient): Promise<void>;
  /**
   * Evidence by digest, or null when there is none.
   * @throws EvidenceDamaged when the stored bytes do not hash to the digest.
   */
  evidence(digest: string): Promise<Evidence | null>;
  /** The same of many at once, by digest; those that there are none of are left out. Throws as `evidence` does. */
  allEvidence(digests: readonly string[]): Promise<ReadonlyMap<string, Evidence>>;
}
