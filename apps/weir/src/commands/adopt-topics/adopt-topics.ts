import { eventCatalog, TOPIC_SHARD, type TopicAdopted } from '@weir/domain';
import { openEventStore, type NewEvent } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import { openPool, Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import type pg from 'pg';
import type { ExitCode, Output } from '../output.js';
import { planAdoption, type PlannedMove } from './plan-adoption.js';
import { sayAdoption } from './say-adoption.js';
import { tellTheRest, type Rest } from './tell-the-rest.js';

export interface AdoptTopicsOptions {
  readonly databaseUrl: string;
  /** Why, as the log keeps it; without it nothing is changed. */
  readonly because: string | undefined;
  readonly by: string;
  /** Days of decisions that another topic is to hold. */
  readonly decisionsOfDays: number;
  readonly json: boolean;
  readonly clock: () => Date;
}

const DAY_MS = 86_400_000;
const NOTHING_LEFT: Rest = { observations: 0, packages: 0 };

/**
 * `weir topics adopt`: shows which positions are lost and what would be read and published, and, told why, does it.
 * 0 nothing is lost, or it was adopted; 1 something is lost and was only shown.
 */
export const adoptTopics = async (topics: Topics, options: AdoptTopicsOptions, output: Output): Promise<ExitCode> => {
  const logger = createLogger('weir');
  const pool = openPool({
    databaseUrl: options.databaseUrl,
    name: 'weir topics adopt',
    logger,
    connections: 2,
    statementMillis: 0,
    login: 'anybody',
  });
  try {
    const { because, clock, decisionsOfDays } = options;
    const ports = { pool, topics, logger, clock, store: openEventStore(pool, eventCatalog) };
    const since = new Date(clock().getTime() - decisionsOfDays * DAY_MS).toISOString();
    const moves = await planAdoption(ports, since);
    // Before the positions move: until then nobody reads, and what is told twice is counted once.
    const rest = moves.some(isFactsReader) ? await tellTheRest(ports, because === undefined) : NOTHING_LEFT;
    const isAdopted = because !== undefined && moves.length > 0;
    if (isAdopted) await adopt(ports, moves, { ...options, because });
    sayAdoption({ moves, rest, isAdopted, json: options.json }, output);
    return moves.length === 0 || isAdopted ? 0 : 1;
  } finally {
    await pool.end();
  }
};

/** What evaluation lost was published by enrichment, which holds it still. */
const isFactsReader = ({ kept: { group } }: PlannedMove): boolean => group === 'evaluation';

/** All positions and what tells of them are one commit. */
const adopt = async (
  { store }: { readonly store: ReturnType<typeof openEventStore> },
  moves: readonly PlannedMove[],
  { because, by, clock }: Pick<AdoptTopicsOptions, 'by' | 'clock'> & { readonly because: string },
): Promise<void> => {
  const adoptedAt = clock().toISOString();
  const writer = await store.openShard(TOPIC_SHARD);
  const groups = Map.groupBy(moves, ({ kept: { group, topic } }) => `${group} ${topic}`);
  const events = [...groups.values()].map((those) => eventOf(those, { because, by, adoptedAt }));
  await writer.append({ events, also: (client) => moveAll(client, moves) });
};

const moveAll = async (client: pg.PoolClient, moves: readonly PlannedMove[]): Promise<void> => {
  for (const { kept, to } of moves) {
    if (await kept.move(client, to)) continue;
    throw new Retryable(
      `${kept.group} moved in partition ${kept.partition} of ${kept.topic} meanwhile, and nothing was adopted. Run the command again.`,
    );
  }
};

const eventOf = (
  moves: readonly PlannedMove[],
  decided: Pick<TopicAdopted['data'], 'because' | 'by' | 'adoptedAt'>,
): NewEvent => {
  const [{ kept, to }] = moves as readonly [PlannedMove, ...PlannedMove[]];
  const { group, topic } = kept;
  const partitions = moves.map(({ kept: { partition, incarnation: was, next: from }, loss, to: { next } }) => ({
    partition,
    loss,
    was,
    from,
    to: next,
  }));
  const event: TopicAdopted = {
    type: 'TopicAdopted',
    version: 1,
    data: { group, topic, incarnation: to.incarnation, partitions, ...decided },
  };
  return { ...event, subject: `${group} ${topic}`, metadata: { actor: decided.by }, occurredAt: decided.adoptedAt };
};
