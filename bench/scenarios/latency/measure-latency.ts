import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { runOpenLoop } from '../../load/open-loop.ts';
import { openEventSender, toBatches } from '../../load/send-events.ts';
import { openCpuMeter } from '../../measure/cpu-meter.ts';
import { createHistogram, type Histogram } from '../../measure/histogram.ts';
import { checkDecisions, flawOf } from '../../system/decision-checker.ts';
import type { Flow } from '../../system/flow.ts';
import { followDecisions } from '../../system/follow-decisions.ts';
import { decisionsSince, policySetInForce, shardSizes } from '../../system/log-reader.ts';
import { watchedProcesses } from '../../system/watched-processes.ts';
import type { LatencySettings } from './latency.ts';

/** Milliseconds from the intended send time to the committed decision. */
export interface Latencies {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Milliseconds from the intended send time to the answer 202. */
  readonly acceptedP50: number;
  readonly acceptedP99: number;
  /** Milliseconds of CPU a second, by process. */
  readonly cpuMillisPerSecond: Readonly<Record<string, number>>;
  readonly flaw: string | null;
}

export interface LatencyRound {
  readonly flow: Flow;
  readonly judge: pg.Client;
  readonly next: () => { readonly id: string };
  readonly settings: LatencySettings;
  /** Only events that were meant to be sent while this is so are counted; all unless given. */
  readonly counts?: (intendedAt: number) => boolean;
  /** The decisions may be by this set or by the one before it. */
  readonly anyPolicies?: boolean;
}

const DECIDED_WITHIN_MS = 120_000;

/** One round at a fixed rate. Every event must be decided once, or the round does not count. */
export const measureLatency = async ({
  flow,
  judge,
  next,
  settings,
  counts = () => true,
  anyPolicies = false,
}: LatencyRound): Promise<Latencies> => {
  const { eventsPerSecond, eventsPerRequest, seconds, connections } = settings;
  const batches = toBatches(next, eventsPerSecond * seconds, eventsPerRequest);
  const sizes = await shardSizes(judge);
  const seenAt = new Map<string, number>();
  const follower = await followDecisions(flow.postgres.ownerUrl, (id, at) => {
    if (!seenAt.has(id)) seenAt.set(id, at);
  });
  const sender = openEventSender(flow.services.ingest.url, connections);
  const [meter, generator, start] = [
    await openCpuMeter(watchedProcesses(flow, judge)),
    process.cpuUsage(),
    performance.now(),
  ];
  const { intendedAt, acceptedAt, accepted } = runOpenLoop(sender, batches, eventsPerSecond / eventsPerRequest);
  const ids = await accepted;
  for (const until = Date.now() + DECIDED_WITHIN_MS; seenAt.size < ids.length && Date.now() < until;) await sleep(10);
  const elapsed = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(generator);
  const usage = { ...(await meter.stop()), generator: user + system };
  await follower.stop();
  sender.close();
  const [decided, answered] = [latenciesOf(seenAt, intendedAt, counts), latenciesOf(acceptedAt, intendedAt, counts)];
  const verdict = checkDecisions(
    ids,
    await decisionsSince(judge, sizes),
    anyPolicies ? null : await policySetInForce(judge),
  );
  return {
    ...quantilesOf(decided, answered),
    cpuMillisPerSecond: Object.fromEntries(
      Object.entries(usage)
        .filter(([, micros]) => micros > 0)
        .map(([name, micros]) => [name, Math.round(micros / 1000 / elapsed)]),
    ),
    flaw: flawOf(verdict),
  };
};

const latenciesOf = (
  times: ReadonlyMap<string, number>,
  intendedAt: ReadonlyMap<string, number>,
  counts: (intendedAt: number) => boolean,
): Histogram => {
  const histogram = createHistogram();
  for (const [id, at] of times) {
    const intended = intendedAt.get(id);
    if (intended !== undefined && counts(intended)) histogram.add(at - intended);
  }
  return histogram;
};

const quantilesOf = (decided: Histogram, answered: Histogram) => {
  const quantile = (histogram: Histogram, q: number): number => (histogram.count() === 0 ? 0 : histogram.quantile(q));
  return {
    events: decided.count(),
    p50: quantile(decided, 0.5),
    p99: quantile(decided, 0.99),
    p999: quantile(decided, 0.999),
    max: decided.max(),
    acceptedP50: quantile(answered, 0.5),
    acceptedP99: quantile(answered, 0.99),
  };
};
