import { eventCatalog, isDecisionShard } from '@weir/domain';
import { openEventStore, type EventStore } from '@weir/event-store';
import { openReplay, type Replay, type Replayed } from '@weir/judging';
import { engineDigest, startPolicyEngine } from '@weir/policy';
import { openPool } from '@weir/postgres';
import { createLogger } from '@weir/service';
import type { ExitCode, Output } from './output.js';
import { printableField } from './printable.js';

export interface ReplayLogOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
}

/** What making every judgement of the log again has shown. */
export interface ReplayReport {
  readonly judgements: number;
  readonly same: number;
  /** Those in which a policy had failed; all else of them is the same. */
  readonly faults: number;
  /** Those of an engine that answers otherwise, which were not made again. */
  readonly otherEngine: number;
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly Pick<Replayed, 'event' | 'packageKey' | 'what'>[];
}

const MOST_LISTED = 20;
const EVENTS_AT_ONCE = 200;

/** `weir log replay`: judges everything again from the log and its evidence alone; 0 all the same, 1 something differs, 3 it cannot be read. */
export const replayLogCommand = async (options: ReplayLogOptions, output: Output): Promise<ExitCode> => {
  const pool = openPool({
    databaseUrl: options.databaseUrl,
    name: 'weir log replay',
    logger: createLogger('weir'),
    login: 'anybody',
    connections: 2,
    statementMillis: 0,
  });
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 10_000, memoryMegabytes: 256 });
  try {
    const store = openEventStore(pool, eventCatalog);
    const report = await replayAll(store, () =>
      openReplay({
        evidence: (digest) => store.evidence(digest),
        engine,
        isSameEngine: (digest) => digest === engineDigest,
      }),
    );
    output.stdout(options.json ? JSON.stringify(report) : sentences(report));
    return report.differing === 0 ? 0 : 1;
  } catch (fault) {
    throw new Error(`The log could not be replayed: ${fault instanceof Error ? fault.message : String(fault)}`, {
      cause: fault,
    });
  } finally {
    await engine.close();
    await pool.end();
  }
};

const replayAll = async (store: EventStore, open: () => Replay): Promise<ReplayReport> => {
  const counts = { judgements: 0, same: 0, faults: 0, otherEngine: 0, differing: 0 };
  const differences: ReplayReport['differences'][number][] = [];
  for (const { shard, size } of await store.shards()) {
    if (!isDecisionShard(shard)) continue;
    for await (const { event, packageKey, outcome, what } of replayShard(store, shard, size, open())) {
      counts.judgements += 1;
      counts[outcome === 'differs' ? 'differing' : outcome] += 1;
      if (outcome === 'differs' && differences.length < MOST_LISTED) differences.push({ event, packageKey, what });
    }
  }
  return { ...counts, differences };
};

async function* replayShard(store: EventStore, shard: string, size: number, replay: Replay): AsyncGenerator<Replayed> {
  for (let position = 0; position < size;) {
    const events = await store.read(shard, { position, limit: Math.min(EVENTS_AT_ONCE, size - position) });
    if (events.length === 0) return;
    position += events.length;
    yield* await replay.take(events);
  }
}

const sentences = ({ judgements, differing, faults, otherEngine, differences }: ReplayReport): string =>
  [
    differing === 0
      ? `${judgements} judgements made again: all the same.`
      : `${judgements} judgements made again: ${differing} ${differing === 1 ? 'differs' : 'differ'}.`,
    ...differences.map(({ event, packageKey, what }) => `  ${event} ${printableField(packageKey)}: ${what ?? ''}`),
    ...(faults > 0 ? [`In ${faults} a policy had failed, which is taken as it was recorded.`] : []),
    ...(otherEngine > 0 ? [`${otherEngine} were made by another engine and are left as they are.`] : []),
  ].join('\n');
