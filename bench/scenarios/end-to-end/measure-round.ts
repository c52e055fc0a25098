import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { driveLoad } from '../../load/drive-load.ts';
import { openEventSender, toBatches } from '../../load/send-events.ts';
import { openCpuMeter } from '../../measure/cpu-meter.ts';
import { postgresWork } from '../../measure/postgres-work.ts';
import { peakMegabytes } from '../../measure/process-times.ts';
import { meanBatch, serviceBatches } from '../../measure/service-batches.ts';
import { checkDecisions, flawOf } from '../../system/decision-checker.ts';
import type { Flow } from '../../system/flow.ts';
import { watchedProcesses } from '../../system/watched-processes.ts';
import { decisionsCommitted, decisionsSince, openWork, policySetInForce, shardSizes } from '../../system/log-reader.ts';
import { appendsSince } from './appends-since.ts';

export interface Round {
  readonly perSecond: number;
  /** Until every decision was relayed, acted on and visible too. */
  readonly settledPerSecond: number;
  /** Microseconds, everything but the generator. */
  readonly cpuPerEvent: number;
  readonly cpuPerEventOf: Readonly<Record<string, number>>;
  readonly walPerEvent: number;
  readonly commitsPerEvent: number;
  readonly walSyncsPerEvent: number;
  readonly eventsPerAppend: number;
  readonly messagesPerBatch: Readonly<Record<string, number>>;
  readonly peakMegabytes: Readonly<Record<string, number | null>>;
  /** Nanoseconds of the monotonic clock, for profiles. */
  readonly window: readonly [bigint, bigint];
  readonly flaw: string | null;
}

export interface RoundSettings {
  readonly events: number;
  readonly eventsPerRequest: number;
  readonly connections: number;
  readonly backlog: number;
}

const LOOK_EVERY_MS = 50;
const GIVE_UP_AFTER_MS = 180_000;

/** Sends the events, waits until each is decided and everything has followed, and tells what that cost. */
export const measureRound = async (
  flow: Flow,
  judge: pg.Client,
  next: () => { readonly id: string },
  settings: RoundSettings,
): Promise<Round> => {
  const batches = toBatches(next, settings.events, settings.eventsPerRequest);
  const [sizes, committed, workBefore, batchesBefore] = [
    await shardSizes(judge),
    await decisionsCommitted(judge),
    await postgresWork(judge),
    await batchesOf(flow),
  ];
  const meter = await openCpuMeter(watchedProcesses(flow, judge));
  const generator = process.cpuUsage();
  const begun = process.hrtime.bigint();
  const decided = await sendAndAwait(flow, judge, batches, settings, committed);
  const ended = process.hrtime.bigint();
  const { user, system } = process.cpuUsage(generator);
  const settled = await waitUntilFollowed(judge);
  const usage = { ...(await meter.stop()), generator: user + system };
  const work = await postgresWork(judge);
  const verdict = checkDecisions(decided.accepted, await decisionsSince(judge, sizes), await policySetInForce(judge));
  const events = decided.accepted.length;
  const seconds = (to: bigint): number => Number(to - begun) / 1e9;
  const each = (total: number): number => Number((total / events).toPrecision(4));
  const ours = Object.entries(usage).filter(([name]) => name !== 'generator' && name !== 'postgres: bench');
  return {
    perSecond: events / seconds(ended),
    settledPerSecond: events / seconds(settled),
    cpuPerEvent: each(ours.reduce((sum, [, micros]) => sum + micros, 0)),
    cpuPerEventOf: Object.fromEntries(Object.entries(usage).map(([name, micros]) => [name, each(micros)])),
    walPerEvent: each(work.walBytes - workBefore.walBytes),
    commitsPerEvent: each(work.commits - workBefore.commits),
    walSyncsPerEvent: each(work.walSyncs - workBefore.walSyncs),
    eventsPerAppend: await appendsSince(judge, sizes),
    messagesPerBatch: meanBatch(batchesBefore, await batchesOf(flow)),
    peakMegabytes: Object.fromEntries(
      [...Object.values(flow.services), { name: 'kafka', processId: flow.broker.processId }].map(
        ({ name, processId }) => [name, peakMegabytes(processId)],
      ),
    ),
    window: [begun, ended],
    flaw: decided.flaw ?? flawOf(verdict),
  };
};

const batchesOf = async ({ services }: Flow): ReturnType<typeof serviceBatches> =>
  new Map(
    (
      await Promise.all(
        [services.enrichment, services.evaluation, services.action].map(({ url }) => serviceBatches(url)),
      )
    ).flatMap((topics) => [...topics]),
  );

interface Sent {
  readonly accepted: readonly string[];
  readonly flaw: string | null;
}

const sendAndAwait = async (
  flow: Flow,
  judge: pg.Client,
  batches: ReturnType<typeof toBatches>,
  { connections, backlog }: RoundSettings,
  committed: number,
): Promise<Sent> => {
  const sender = openEventSender(flow.services.ingest.url, connections);
  let decided = 0;
  const looking = new AbortController();
  const follow = async (): Promise<void> => {
    while (!looking.signal.aborted) {
      decided = (await decisionsCommitted(judge)) - committed;
      await sleep(LOOK_EVERY_MS);
    }
  };
  const following = follow();
  try {
    const accepted = await driveLoad(sender, batches, connections, { decided: () => decided, most: backlog });
    for (const until = Date.now() + GIVE_UP_AFTER_MS; decided < accepted.length;) {
      if (Date.now() > until)
        return {
          accepted,
          flaw: `only ${decided} of ${accepted.length} events were decided ${GIVE_UP_AFTER_MS / 1000} s after the last was accepted`,
        };
      await sleep(LOOK_EVERY_MS / 5);
    }
    return { accepted, flaw: null };
  } finally {
    looking.abort();
    await following;
    sender.close();
  }
};

const waitUntilFollowed = async (judge: pg.Client): Promise<bigint> => {
  for (const until = Date.now() + GIVE_UP_AFTER_MS; (await openWork(judge)) > 0;) {
    if (Date.now() > until)
      throw new Error(`Work was still open ${GIVE_UP_AFTER_MS / 1000} s after the last decision.`);
    await sleep(LOOK_EVERY_MS * 4);
  }
  return process.hrtime.bigint();
};
