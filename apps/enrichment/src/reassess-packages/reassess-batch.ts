import { TOPICS } from '@weir/contracts';
import { inTransaction } from '@weir/postgres';
import { ATTRIBUTES, count, currentTraceparent, inSpan, isTracing, SERVICES, SPANS } from '@weir/service';
import type pg from 'pg';
import { shareFeeds } from '../database/feed-lock.js';
import { assessPackage } from '../enrich-package/assess-package.js';
import { enrichedMessage, type NewFacts } from '../enrich-package/enriched-message.js';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { readKnowledge, type Knowledge } from '../enrich-package/read-knowledge.js';
import { recordFacts } from '../enrich-package/record-facts.js';
import { readLoadTraces } from '../feeds/feed-loads.js';
import type { InventoryEntry } from '../inventory/inventory-entry.js';
import {
  readVulnerabilities,
  type KnownVulnerabilities,
  type VulnerabilityChange,
} from '../inventory/known-vulnerabilities.js';
import { lockInventory } from '../inventory/read-inventory.js';
import { notePublished } from './note-published.js';
import { claimPending, deletePending, mergePending, type PendingReassessment } from './pending-reassessments.js';

export interface Reassessed {
  /** Queued changes that were dealt with. */
  readonly handled: number;
  /** Packages of which something else is known now. */
  readonly published: number;
}

/** The claim waits while the facts of its batch are built and published; a process that hangs longer loses it to another. */
const WHILE_FACTS_ARE_BUILT_MS = 5 * 60 * 1000;

/**
 * Looks again at some of the packages that feeds concern. The queue is shortened after the facts are published, in the
 * transaction that held the entries: a crash in between publishes them once more, under a higher sequence number.
 * Invariant: until they are published the inventory does not know what was told last of a package (`facts_digest` is
 * null), so that whatever is known by then is told.
 */
export const reassessBatch = (work: EnrichmentWork, limit: number): Promise<Reassessed> => {
  const reassessClaimed = async (claim: pg.PoolClient): Promise<Reassessed> => {
    const pending = await claimPending(claim, limit);
    if (pending.length === 0) return { handled: 0, published: 0 };
    const causes = isTracing() ? await readLoadTraces(claim, distinctChanges(pending)) : [];
    const attributes = { [ATTRIBUTES.messages]: pending.length };
    const facts = await inSpan(
      { service: SERVICES.enrichment, name: SPANS.reassess, parent: null, causes, attributes },
      () => republish(work, pending),
    );
    await notePublished(
      claim,
      facts.map(({ entry }) => entry),
    );
    await deletePending(claim, pending);
    count('reassessments', facts.length, { result: 'changed' });
    count('reassessments', pending.length - facts.length, { result: 'unchanged' });
    return { handled: pending.length, published: facts.length };
  };
  return inTransaction(work.pool, reassessClaimed, { idleMillis: WHILE_FACTS_ARE_BUILT_MS });
};

const distinctChanges = (pending: readonly PendingReassessment[]): readonly PendingReassessment[] => [
  ...new Map(pending.map((one) => [`${one.feed} ${one.revision}`, one])).values(),
];

const republish = async (
  work: EnrichmentWork,
  pending: readonly PendingReassessment[],
): Promise<readonly NewFacts[]> => {
  const facts = await inTransaction(work.pool, (client) => reassess(work, client, mergePending(pending)));
  if (facts.length > 0) await work.topics.publish(facts.map(enrichedMessage));
  return facts;
};

interface Moved {
  readonly facts: NewFacts;
  readonly change: VulnerabilityChange;
}

const reassess = async (
  work: EnrichmentWork,
  client: pg.PoolClient,
  pending: readonly PendingReassessment[],
): Promise<readonly NewFacts[]> => {
  await shareFeeds(client);
  const keys = pending.map(({ key }) => key);
  const entries = await lockInventory(client, keys);
  const known = await readVulnerabilities(client, keys);
  const knowledge = await readKnowledge(
    client,
    work.cache,
    [...entries.values()].map((entry) => entry.package),
  );
  const moved = pending.flatMap((one) => {
    const entry = entries.get(one.key);
    return entry?.presence === 'present' ? (moveOf(one, entry, knowledge, known.get(one.key) ?? new Map()) ?? []) : [];
  });
  const facts = moved.map((one) => one.facts);
  const untold = facts.map(({ entry }) => ({ ...entry, factsDigest: null }));
  await recordFacts(work.store, client, {
    facts,
    entries: untold,
    changes: moved.map(({ change }) => change),
    entered: new Set(entries.keys()),
  });
  return facts;
};

/** null when the facts are those that were told last: an advisory about other versions, for example. */
const moveOf = (
  { feed, revision, because, queuedAt }: PendingReassessment,
  entry: InventoryEntry,
  knowledge: Knowledge,
  known: KnownVulnerabilities,
): Moved | null => {
  const at = queuedAt.toISOString();
  const { bytes, digest, vulnerabilities } = assessPackage(entry, knowledge, known, at);
  if (digest === entry.factsDigest) return null;
  const next = { ...entry, sequence: entry.sequence + 1, factsDigest: digest };
  // What changed in the facts is found by comparing them, where they are judged.
  const cause = { kind: 'feed' as const, feed, revision, changed: [], because: [...because] };
  return {
    facts: {
      topic: TOPICS.enrichedByFeed,
      entry: next,
      cause,
      ordinal: null,
      bytes,
      traceparent: currentTraceparent(),
    },
    change: { key: entry.key, known, current: vulnerabilities, at },
  };
};
