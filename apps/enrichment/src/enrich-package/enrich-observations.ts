import { packageObservedSchema, TOPICS, type PackageObserved } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import { messageText, type TopicMessage } from '@weir/messaging';
import { inTransaction } from '@weir/postgres';
import { SPANS, step } from '@weir/service';
import type pg from 'pg';
import { shareFeeds } from '../database/feed-lock.js';
import { advisoryNameOf } from '../inventory/advisory-name-of.js';
import { applyObservation } from '../inventory/apply-observation.js';
import type { InventoryEntry } from '../inventory/inventory-entry.js';
import { readVulnerabilities, withSeen, type VulnerabilityChange } from '../inventory/known-vulnerabilities.js';
import { lockInventory, readMetadataByPurl, sourceKey } from '../inventory/read-inventory.js';
import { assessPackage } from './assess-package.js';
import { enrichedMessage, type NewFacts } from './enriched-message.js';
import type { EnrichmentWork } from './enrichment-ports.js';
import { readKnowledge, type Knowledge } from './read-knowledge.js';
import { recordFacts } from './record-facts.js';

interface Observed {
  readonly key: string;
  readonly observed: PackageObserved;
  readonly traceparent: string | null;
}

/**
 * Finds out what is known of each observed package and publishes it, one message for each observation, in order.
 * What is recorded is committed before it is published: from then on every change of a feed finds the package, so that
 * a crash before the position moves costs a repeated message and never an old score (ADR 0060).
 */
export const enrichObservations = async (work: EnrichmentWork, messages: readonly TopicMessage[]): Promise<void> => {
  const batch = messages.map(observedOf);
  const facts = await inTransaction(work.pool, (client) => enrich(work, client, batch));
  await work.topics.publish(facts.map(enrichedMessage));
};

/** @throws when the message is not what ingest publishes: a permanent fault, so it goes to the dead letters. */
const observedOf = (message: TopicMessage): Observed => {
  const observed = packageObservedSchema.parse(JSON.parse(messageText(message)));
  return { observed, key: packageKey(observed.workspace, observed.repository.name, observed.package.purl), traceparent: message.headers['traceparent'] ?? null };
};

const enrich = async (work: EnrichmentWork, client: pg.PoolClient, batch: readonly Observed[]): Promise<readonly NewFacts[]> => {
  await shareFeeds(client);
  const keys = [...new Set(batch.map(({ key }) => key))];
  const entries = await lockInventory(client, keys);
  const entered = new Set(entries.keys());
  const sources = await readSources(client, batch);
  const known = await readVulnerabilities(client, keys);
  const knowledge = await step(SPANS.matchAdvisories, () => readKnowledge(client, work.cache, batch.map(({ observed }) => observed.package)));
  const changes = new Map<string, VulnerabilityChange>();
  const build = (one: Observed): NewFacts => {
    const source = sources.get(sourceKey(one.observed.workspace, one.observed.package.purl)) ?? null;
    const entry = applyObservation(one.observed, entries.get(one.key), source);
    const { next, bytes, change } = judgeable(entry, knowledge, changes.get(one.key)?.known ?? known.get(one.key) ?? new Map());
    entries.set(one.key, next);
    changes.set(one.key, change);
    return { topic: TOPICS.enriched, entry: next, cause: { kind: 'observation', observation: one.observed.observation }, bytes, traceparent: one.traceparent };
  };
  const facts = await step(SPANS.buildFacts, () => batch.map(build));
  await step(SPANS.recordFacts, () => recordFacts(work.store, client, facts, [...changes.values()], entered));
  return facts;
};

interface Judgeable {
  readonly next: InventoryEntry;
  readonly bytes: Uint8Array | null;
  readonly change: VulnerabilityChange;
}

const judgeable = (entry: InventoryEntry, knowledge: Knowledge, known: VulnerabilityChange['known']): Judgeable => {
  const { key, observedAt: at } = entry;
  const sequence = entry.sequence + 1;
  if (entry.presence === 'deleted') {
    return { next: { ...entry, sequence, factsDigest: null, knowledgeDigest: null }, bytes: null, change: { key, known, current: [], at } };
  }
  const { bytes, digest, knowledgeDigest, vulnerabilities } = assessPackage(entry, knowledge, known, at);
  return { next: { ...entry, sequence, factsDigest: digest, knowledgeDigest }, bytes, change: { key, known: withSeen(known, vulnerabilities, at), current: vulnerabilities, at } };
};

/** What other repositories said of packages that were copied: read for copies alone. */
const readSources = async (client: pg.PoolClient, batch: readonly Observed[]): ReturnType<typeof readMetadataByPurl> => {
  const copied = batch.filter(({ observed }) => observed.observation.kind === 'copied');
  return copied.length === 0 ? new Map() : readMetadataByPurl(client, copied.map(({ observed }) => advisoryNameOf(observed.package).name));
};
