import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runWeir } from '../harness/weir-process.ts';
import type { Fault } from './inflict-faults.ts';
import { judgeLog, type LogFinding } from './judge-log.ts';
import { judgeTopic } from './judge-topic.ts';
import { TARGETS, type Target } from './kill-plan.ts';
import { readLedger, type LedgerLine } from './ledger.ts';

/** What is printed. */
export interface Verdict {
  /** Events that were answered with 202. */
  readonly accepted: number;
  /** Events that have a decision. */
  readonly decided: number;
  /** Accepted events without one. */
  readonly lost: number;
  /** Events with more than one. */
  readonly duplicated: number;
  /** Positions missing in the log's shards. */
  readonly gaps: number;
  /** Whether the chain holds: by `weir log verify` and by a second calculation. */
  readonly logValid: boolean;
  readonly kills: Readonly<Record<Target, number>>;
  /** SIGSTOPs of an evaluation process past its session. */
  readonly pauses: number;
  /** Decisions that never reached decisions.recorded.v1, or only behind a later one of their shard. */
  readonly unpublished: number;
  readonly publishedLate: number;
  readonly publishedAgain: number;
  /** Milliseconds from a kill until the last of the events due in the second after it was decided. */
  readonly recoveryMs: Readonly<Partial<Record<Target | 'pause', Spread>>>;
}

export interface Spread {
  readonly median: number;
  readonly max: number;
}

export interface Judging {
  readonly ledger: string;
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly faults: readonly Fault[];
  readonly say: (line: string) => void;
}

/** Longer than the longest pause after which a message that faulted alone is tried again (10 min). */
const STILL_FOR_MS = 690_000;

/** Waits until the log stands still or holds a decision for each accepted event, then judges. */
export const judge = async ({ ledger, databaseUrl, brokers, faults, say }: Judging): Promise<Verdict> => {
  const lines = readLedger(ledger);
  const accepted = lines.reduce((sum, { count }) => sum + count, 0);
  say(`waiting until ${accepted} accepted events are decided`);
  await untilDecided(databaseUrl, accepted);
  const log = await judgeLog(databaseUrl);
  say('reading the decisions that were published');
  const topic = await judgeTopic(brokers, log.shards);
  const verification = await runWeir(['log', 'verify', '--database', databaseUrl, '--json']);
  if (log.broken !== null) say(`the chain breaks: ${log.broken}`);
  if (verification.code !== 0) say(`weir log verify: ${verification.stdout}${verification.stderr}`);
  return {
    accepted,
    decided: log.decisions.size,
    lost: lostOf(lines, log).length,
    duplicated: [...log.decisions.values()].filter(({ times }) => times > 1).length,
    gaps: log.gaps,
    logValid: log.broken === null && verification.code === 0,
    kills: countKills(faults),
    pauses: faults.filter(({ what }) => what === 'pause').length,
    unpublished: topic.unpublished,
    publishedLate: topic.late,
    publishedAgain: topic.repeated,
    recoveryMs: recoveries(lines, log, faults),
  };
};

const untilDecided = async (url: string, wanted: number): Promise<void> => {
  let [known, changedAt] = [-1, Date.now()];
  while (Date.now() - changedAt < STILL_FOR_MS) {
    const decided = await countEvents(url).catch(() => known);
    if (decided !== known) [known, changedAt] = [decided, Date.now()];
    // Time and policies may have added decisions of their own: then the heads alone do not tell, and the log is read.
    if (decided >= wanted && lacks(await judgeLog(url), wanted) === 0) return;
    await sleep(1_000);
  }
};

const lacks = (log: LogFinding, wanted: number): number => Math.max(0, wanted - log.decisions.size);

const countEvents = async (url: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ size: number }>(
      `SELECT coalesce(sum(size), 0)::float8 AS size FROM log.shard_head WHERE shard LIKE 'evaluation/%'`,
    );
    return rows[0]?.size ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const numbersOf = ({ first, count }: LedgerLine): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + i);

const lostOf = (lines: readonly LedgerLine[], log: LogFinding): readonly number[] =>
  lines.flatMap(numbersOf).filter((number) => !log.decisions.has(number));

const countKills = (faults: readonly Fault[]): Record<Target, number> => {
  const count = (target: Target): number => faults.filter(({ what }) => what === target).length;
  return Object.fromEntries(TARGETS.map((target) => [target, count(target)])) as Record<Target, number>;
};

const WINDOW_MS = 1_000;

const recoveries = (lines: readonly LedgerLine[], log: LogFinding, faults: readonly Fault[]): Verdict['recoveryMs'] => {
  const recoveryOf = ({ at }: Fault): number => {
    const after = lines.filter(({ dueAt }) => dueAt >= at && dueAt < at + WINDOW_MS);
    return Math.max(0, ...after.flatMap(numbersOf).map((number) => (log.decisions.get(number)?.at ?? at) - at));
  };
  const byTarget = Map.groupBy(faults, ({ what }) => what);
  return Object.fromEntries([...byTarget].map(([what, those]) => [what, spread(those.map(recoveryOf))]));
};

const spread = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
};
