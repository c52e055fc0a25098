import type { PolicySet } from '@weir/contracts';
import { isInScope } from '@weir/domain';
import type { ShardDesk, ShardWriter } from '@weir/event-store';
import { SPANS } from '@weir/service';
import { judgeAgain } from '../judge-packages/judge-again.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { createBackgroundPace, type BackgroundPace } from '../pace-background/background-pace.js';
import { keysOf, readOutdated, writeJudgements, type JudgementRow } from '../judge-packages/judgements.js';

/**
 * Judges the packages of a shard again whose last judgement was made by another policy set than the current one.
 * Level-based: it goes by what is outdated, so it goes on where a killed process stopped. Each chunk lets
 * everything go first that waits at the desk.
 */
export const sweepShard = async (ports: JudgePorts, desk: ShardDesk, workspace: string, isStopped: () => boolean, pace: BackgroundPace = createBackgroundPace()): Promise<number> => {
  let swept = 0;
  // From key to key, so that a chunk does not read past all that is done; over again until a whole pass finds nothing.
  for (let after = ''; !isStopped(); ) {
    const chunk = await pace.take(desk, (writer, most) => sweepChunk(ports, writer, { workspace, most, after }));
    swept += chunk.judged;
    if (chunk.last === null && after === '') return swept;
    after = chunk.last ?? '';
  }
  return swept;
};

interface Chunk {
  readonly workspace: string;
  readonly most: number;
  readonly after: string;
}

interface Swept {
  readonly packages: number;
  readonly judged: number;
  /** Null when there was none. */
  readonly last: string | null;
}

const sweepChunk = async (ports: JudgePorts, writer: ShardWriter, { workspace, most, after }: Chunk): Promise<Swept> => {
  const current = await ports.policySets.of(workspace);
  const rows = await readOutdated(ports.pool, writer.shard, workspace, current.digest, most, after);
  const isAffected = await affectedBy(ports, current.set);
  const affected = await asyncFilter(rows, isAffected);
  const untouched = rows.filter((row) => !affected.includes(row)).map((row) => ({ ...row, policySetDigest: current.digest }));
  if (untouched.length > 0) await writer.append({ events: [], also: (client) => writeJudgements(client, untouched, keysOf(untouched)) });
  const cause = { kind: 'policy' as const, policySetDigest: current.digest };
  if (affected.length > 0) await judgeAgain(ports, writer, { name: SPANS.sweep, causes: [current.traceparent], rows: affected, causeOf: () => cause });
  return { packages: rows.length, judged: affected.length, last: rows.at(-1)?.key ?? null };
};

/** A package is affected when a policy that asks, or asked, about it is not the same in both sets. */
const affectedBy = async (ports: JudgePorts, current: PolicySet): Promise<(row: JudgementRow) => Promise<boolean>> => {
  const past = new Map<string, PolicySet | null>();
  const pastOf = async (digest: string): Promise<PolicySet | null> => {
    if (!past.has(digest)) past.set(digest, await ports.policySets.named(digest));
    return past.get(digest) ?? null;
  };
  return async (row) => {
    const before = row.policySetDigest === null ? null : await pastOf(row.policySetDigest);
    return before === null || askedIn(before, row) !== askedIn(current, row);
  };
};

const askedIn = (set: PolicySet, row: JudgementRow): string =>
  JSON.stringify(
    set.policies.filter(({ scope }) => isInScope(scope, row.repository)).map(({ policyId, revision, revisionDigest }) => [policyId, revision, revisionDigest]),
  );

const asyncFilter = async <T>(items: readonly T[], predicate: (item: T) => Promise<boolean>): Promise<readonly T[]> => {
  const kept: T[] = [];
  for (const item of items) if (await predicate(item)) kept.push(item);
  return kept;
};
