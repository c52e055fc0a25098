import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { asRetryable, digestText, inTransaction, type Logger } from '@weir/postgres';
import { ATTRIBUTES, inSpan, SERVICES, SPANS, type TakeTurns } from '@weir/service';
import type pg from 'pg';
import { loadEpss } from '../load-epss/load-epss.js';
import { loadKev } from '../load-kev/load-kev.js';
import { loadOsv } from '../load-osv/load-osv.js';
import type { FeedKind } from '@weir/contracts';
import type { FeedLimits, LoadedFeed, FeedRefused, FeedSource } from './feed.js';
import { latestEtag, repeatLoad } from './feed-loads.js';
import type { Decided, FeedLoad, LoadTask } from './load-task.js';
import { readFeedLogins } from './feed-logins.js';
import { openSource, type OpenedSource } from './open-source.js';
import type { UrlPolicy } from './open-url.js';
import type { Chunks } from './peek.js';
import { recordOutcome } from './record-outcome.js';
import { RefusedFeed, brokenFeed } from './refused-feed.js';
import { skippedRecords } from './skipped-records.js';
import { unstorableContent } from './unstorable-content.js';
import { atMost, unpack } from './unpack.js';
import { withoutSecrets } from './without-secrets.js';

export interface FeedPorts {
  /** Connections for loads alone: one load may hold its own for minutes. */
  readonly pool: pg.Pool;
  /** Loads wait for their turn before they take a connection. */
  readonly inTurn: TakeTurns;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly limits: FeedLimits;
  readonly urls: UrlPolicy;
  /** Logins of the servers that feeds are fetched from. */
  readonly loginsFile?: string | undefined;
  /** Called after every load. */
  readonly onLoaded: () => void;
}

export interface FeedRequest {
  readonly kind: FeedKind;
  readonly source: FeedSource;
  /** Names the load; the feed's own date or digest unless given. */
  readonly revision?: string | undefined;
  /** What people call the source of a stream. */
  readonly name?: string | undefined;
  /** A person puts the file in the place of what is known, although that is newer or the file takes much away. */
  readonly replaces?: Decided | undefined;
}

const LOADERS: Readonly<Record<FeedKind, (task: LoadTask) => Promise<FeedLoad>>> = {
  osv: loadOsv,
  epss: loadEpss,
  kev: loadKev,
};

/**
 * Loads one file of a feed: once all of it is here, in one transaction: its rows, the note that it was loaded, and the packages to look at again
 * are there together or not at all. The same file again changes nothing. A file that cannot be read is refused and
 * leaves everything as it was. Throws Retryable when a URL or PostgreSQL cannot be reached.
 */
export const loadFeed = (ports: FeedPorts, request: FeedRequest): Promise<LoadedFeed | FeedRefused> =>
  inSpan({ service: SERVICES.enrichment, name: SPANS.loadFeed, attributes: { [ATTRIBUTES.feed]: request.kind } }, () =>
    loadOrRefuse(ports, request),
  );

const loadOrRefuse = async (ports: FeedPorts, request: FeedRequest): Promise<LoadedFeed | FeedRefused> => {
  const started = performance.now();
  try {
    const opened = await openSource(request.source, {
      policy: { ...ports.urls, logins: await readFeedLogins(ports.loginsFile) },
      etagOf: (name) => latestEtag(ports.pool, request.kind, name),
      mostBytes: ports.limits.fileBytes,
    });
    const loadedAt = ports.clock().toISOString();
    const loaded =
      'unchanged' in opened
        ? await repeatLoad(ports.pool, request.kind, opened.unchanged, loadedAt)
        : await load(ports, request, opened, loadedAt).finally(() => opened.close());
    ports.onLoaded();
    const answer = { ...loaded, durationMs: Math.round(performance.now() - started) };
    const { skipped: _, incomplete: __, ...figures } = answer;
    if (answer.heldBack) ports.logger.warn(figures, 'a feed was held back: what it takes away is not in force');
    else ports.logger.info(figures, 'a feed was loaded');
    return answer;
  } catch (fault) {
    const refused = fault instanceof RefusedFeed ? fault : unstorableContent(fault);
    if (refused === null) throw asRetryable(fault, 'The intelligence store');
    ports.logger.warn(
      { feed: request.kind, kind: refused.kind, detail: refused.message },
      'a feed was refused; what was known before stays',
    );
    return refused.answer();
  }
};

const load = (
  ports: FeedPorts,
  request: FeedRequest,
  opened: OpenedSource,
  loadedAt: string,
): Promise<Omit<LoadedFeed, 'durationMs'>> => {
  const { kind, revision = null } = request;
  const [skipped, incomplete] = [skippedRecords(), skippedRecords()];
  const store = async (client: pg.PoolClient): Promise<Omit<LoadedFeed, 'durationMs'>> => {
    const file = createReadStream(opened.path) as AsyncIterable<Buffer>;
    const hashed = hashing(atMost(file, ports.limits.fileBytes, 'is larger than'));
    const { kind: container, chunks } = await unpack(hashed.chunks, ports.limits);
    const isArchive = container === 'zip';
    if (isArchive && kind !== 'osv')
      throw brokenFeed('The file is a zip archive: send the file inside it, as it is or with gzip.');
    const loaded = await LOADERS[kind]({
      client,
      chunks,
      isArchive,
      skipped,
      incomplete,
      limits: ports.limits,
      revision,
      loadedAt,
      replaces: request.replaces !== undefined,
      digest: hashed.digest,
    });
    return recordOutcome(client, loaded, {
      feed: kind,
      source: withoutSecrets(request.name ?? opened.name),
      digest: hashed.digest(),
      etag: opened.etag,
      loadedAt,
      skipped,
      incomplete,
      replaces: request.replaces ?? null,
    });
  };
  return ports.inTurn(() => inTransaction(ports.pool, store, { idleMillis: READING_MS, ...HOWEVER_LARGE_THE_FEED }));
};

/** Between two statements a part of the file is read and parsed, from a file of this machine. */
const READING_MS = 120_000;
/** No limit: one statement merges a whole feed, and waits for the load before it to end. */
const HOWEVER_LARGE_THE_FEED = { statementMillis: 0, lockMillis: 0 };

const hashing = (chunks: Chunks): { readonly chunks: Chunks; readonly digest: () => string } => {
  const sum = createHash('sha256');
  let digest: string | undefined;
  const hashed = async function* (): Chunks {
    for await (const chunk of chunks) {
      sum.update(chunk);
      yield chunk;
    }
  };
  return { chunks: hashed(), digest: () => (digest ??= digestText(sum.digest())) };
};
