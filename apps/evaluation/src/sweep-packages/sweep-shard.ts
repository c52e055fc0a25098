import type { PolicySet } from '@weir/contracts';
import { isInScope } from '@weir/domain';
import type { ShardDesk } from '@weir/event-store';
import { SPANS } from '@weir/telemetry';
import { judgeAgain } from '../judge-packages/judge-again.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { readOutdated, writeJudgements, type JudgementRow } from '../judge-packages/judgements.js';

const BATCH = 200;

/**
 * Judges the packages of a shard again whose last judgement was made by another policy set than the current one.
 * Level-based: it goes by what is outdated, so it goes on where a killed process stopped. Each batch takes its turn at
 * the desk, so live events come between.
 */
export const sweepShard = async (ports: JudgePorts, desk: ShardDesk, workspace: string, isStopped: () => boolean): Promise<number> => {
  for (let swept = 0; ; ) {
    if (isStopped()) return swept;
    const batch = await desk.take(async (writer) => {
      const current = await ports.policySets.of(workspace);
      const rows = await readOutdated(ports.pool, desk.shard, workspace, current.digest, BATCH);
      const isAffected = await affectedBy(ports, current.set);
      const affected = await asyncFilter(rows, isAffected);
      const untouched = rows.filter((row) => !affected.includes(row)).map((row) => ({ ...row, policySetDigest: current.digest }));
      if (untouched.length > 0) await writer.append({ events: [], also: (client) => writeJudgements(client, untouched) });
      const cause = { kind: 'policy' as const, policySetDigest: current.digest };
      if (affected.length > 0) await judgeAgain(ports, writer, { name: SPANS.sweep, causes: [current.traceparent], rows: affected, causeOf: () => cause });
      return { read: rows.length, judged: affected.length };
    });
    swept += batch.judged;
    if (batch.read === 0) return swept;
  }
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
