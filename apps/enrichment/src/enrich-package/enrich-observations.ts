import { packageObservedSchema, TOPICS } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import { messageText, type TopicMessage } from '@weir/messaging';
import { areFew, atOnce, inOrder, inTransaction } from '@weir/postgres';
import { count, SPANS, step } from '@weir/service';
import type pg from 'pg';
import { shareFeeds } from '../database/feed-lock.js';
import { advisoryNameOf } from '../inventory/advisory-name-of.js';
import { applyObservation } from '../inventory/apply-observation.js';
import type { InventoryEntry, PackageState } from '../inventory/inventory-entry.js';
import {
  readVulnerabilities,
  withSeen,
  type KnownVulnerabilities,
  type VulnerabilityChange,
} from '../inventory/known-vulnerabilities.js';
import { lockInventory, readMetadataByPurl, sourceKey } from '../inventory/read-inventory.js';
import { ledgerOfBatch, type LedgerOfBatch, type Sent } from '../ledger/ledger-of-batch.js';
import { nameOf, textOfName } from '../ledger/ledger-row.js';
import { mayBeForgotten, readForgotten } from '../ledger/read-forgotten.js';
import { writeLedger, type NewRow } from '../ledger/write-ledger.js';
import { assessPackage } from './assess-package.js';
import { enrichedMessage, type NewFacts } from './enriched-message.js';
import type { EnrichmentWork } from './enrichment-ports.js';
import { readKnowledge, type Knowledge } from './read-knowledge.js';
import { recordFacts, type FactsOfBatch } from './record-facts.js';

interface Observed extends Sent {
  readonly key: string;
  readonly traceparent: string | null;
}

/**
 * Finds out what is known of each observed package and publishes it, one message for each observation, in order. Each
 * is recorded in the ledger once, in the transaction of what it led to; one that comes again changes nothing.
 * What is recorded is committed before it is published: from then on every change of a feed finds the package, so that
 * a crash before the position moves costs a repeated message and never an old score (ADR 0060).
 * @throws IdTaken, a permanent fault, when an observation has the id of another one.
 */
export const enrichObservations = async (work: EnrichmentWork, messages: readonly TopicMessage[]): Promise<void> => {
  const batch = messages.map(observedOf);
  const keys = [...new Set(batch.map(({ key }) => key))];
  const facts = await inTransaction<readonly NewFacts[], Locked>(
    work.pool,
    (client, locked) => enrich(work, client, { batch, keys, before: locked[1] }),
    { first: (client) => atOnce(client, () => [shareFeeds(client), lockInventory(client, keys)]) },
  );
  await work.topics.publish(facts.map(enrichedMessage));
};

/** @throws when the message is not what ingest publishes: a permanent fault, so it goes to the dead letters. */
const observedOf = (message: TopicMessage): Observed => {
  const text = messageText(message);
  const observed = packageObservedSchema.parse(JSON.parse(text));
  return {
    observed,
    text,
    named: textOfName(nameOf(observed)),
    key: packageKey(observed.workspace, observed.repository.name, observed.package.purl),
    traceparent: message.headers['traceparent'] ?? null,
  };
};

/** Entries are locked after the feeds, and read by a statement that sees all that feeds had committed by then. */
type Locked = readonly [unknown, Map<string, InventoryEntry>];

interface LockedBatch {
  readonly batch: readonly Observed[];
  readonly keys: readonly string[];
  /** The entries of its packages. */
  readonly before: ReadonlyMap<string, InventoryEntry>;
}

const enrich = async (
  work: EnrichmentWork,
  client: pg.PoolClient,
  { batch, keys, before }: LockedBatch,
): Promise<readonly NewFacts[]> => {
  const [entries, entered] = [new Map(before), new Set(before.keys())];
  const packages = batch.map(({ observed }) => observed.package);
  const now = work.clock();
  const old = batch.filter((one) => entered.has(one.key) && mayBeForgotten(one, now));
  const [ledger, forgotten, sources, known, knowledge] = await atOnce(client, () => [
    ledgerOfBatch(client, batch, entered),
    readForgotten(client, old),
    readSources(client, batch),
    readVulnerabilities(client, keys),
    step(SPANS.matchAdvisories, () => readKnowledge(client, work.cache, packages)),
  ]);
  const inHand: InHand = { entries, ledger, forgotten, sources, known, knowledge, changes: new Map() };
  const facts = await step(SPANS.buildFacts, () => batch.flatMap((one) => factsOf(one, inHand)));
  const changed = [...entries.values()].filter((entry) => before.get(entry.key) !== entry);
  const found = { facts, entries: changed, changes: [...inHand.changes.values()], entered };
  await step(SPANS.recordFacts, () => record(work, client, ledger.added(), found));
  return facts;
};

const record = (
  { store }: EnrichmentWork,
  client: pg.PoolClient,
  observed: readonly NewRow[],
  found: FactsOfBatch,
): Promise<void> =>
  inOrder(client, areFew(found.facts), [() => writeLedger(client, observed), () => recordFacts(store, client, found)]);

/** What is known while a batch is gone through, and what became of its packages so far. */
interface InHand {
  readonly entries: Map<string, InventoryEntry>;
  readonly ledger: LedgerOfBatch;
  readonly forgotten: ReadonlySet<Observed>;
  readonly sources: Awaited<ReturnType<typeof readSources>>;
  readonly known: ReadonlyMap<string, KnownVulnerabilities>;
  readonly knowledge: Knowledge;
  readonly changes: Map<string, VulnerabilityChange>;
}

/**
 * The facts that an observation leads to. One that is recorded already changes nothing: it leads to what its package
 * was like after it, under the number it had then. Nothing is told again of what was recorded before there was a ledger,
 * or so long ago that it is forgotten: it has its decision.
 */
const factsOf = (one: Observed, inHand: InHand): readonly NewFacts[] => {
  const recorded = inHand.ledger.find(one);
  if (recorded === undefined) return inHand.forgotten.has(one) ? passOver() : [takeIn(one, inHand)];
  if (recorded === null) return [];
  const {
    after,
    ordinal,
    entry: { observed, sequence },
  } = recorded;
  const { facts } = factsAfter({ ...one, observed }, { ...after, sequence }, inHand);
  forgetPublished(facts.entry, inHand);
  return [{ ...facts, ordinal }];
};

/** Whether it was recorded nobody knows any more, and twice would be wrong. */
const passOver = (): readonly NewFacts[] => {
  count('observationsForgotten', 1, {});
  return [];
};

/**
 * What feeds say by now may be told with a repeat, under the number of facts that said otherwise. Which of the two was
 * heard is not known, so that whatever is known when the feed's queue comes to the package is told.
 */
const forgetPublished = ({ key, sequence, factsDigest }: InventoryEntry, { entries }: InHand): void => {
  const entry = entries.get(key);
  if (entry?.sequence === sequence && entry.factsDigest !== factsDigest)
    entries.set(key, { ...entry, factsDigest: null });
};

/** Records an observation, and what its package is like after it. */
const takeIn = (one: Observed, inHand: InHand): NewFacts => {
  const { observed, key } = one;
  const before = inHand.entries.get(key);
  const copiedFrom =
    observed.observation.kind === 'copied'
      ? (inHand.sources.get(sourceKey(observed.workspace, observed.package.purl)) ?? null)
      : null;
  const state = applyObservation(observed, before, copiedFrom);
  const sequence = (before?.sequence ?? 0) + 1;
  const { facts, change } = factsAfter(one, { ...state, sequence }, inHand);
  const ordinal = inHand.ledger.record(one, state, { copiedFrom, sequence });
  inHand.entries.set(key, facts.entry);
  inHand.changes.set(key, change);
  return { ...facts, ordinal };
};

type Numbered = PackageState & Pick<InventoryEntry, 'sequence'>;

interface Assessed {
  readonly facts: Omit<NewFacts, 'ordinal'>;
  readonly change: VulnerabilityChange;
}

const factsAfter = (one: Observed, state: Numbered, { knowledge, known, changes }: InHand): Assessed => {
  const { key, observedAt: at } = state;
  const had = changes.get(key)?.known ?? known.get(key) ?? new Map();
  const cause = { kind: 'observation' as const, observation: one.observed.observation };
  const factsOfEntry = (entry: InventoryEntry, bytes: Uint8Array | null): Assessed['facts'] => ({
    topic: TOPICS.enriched,
    entry,
    cause,
    bytes,
    traceparent: one.traceparent,
  });
  if (state.presence === 'deleted') {
    return { facts: factsOfEntry({ ...state, factsDigest: null }, null), change: { key, known: had, current: [], at } };
  }
  const { bytes, digest, vulnerabilities } = assessPackage(state, knowledge, had, at);
  return {
    facts: factsOfEntry({ ...state, factsDigest: digest }, bytes),
    change: { key, known: withSeen(had, vulnerabilities, at), current: vulnerabilities, at },
  };
};

/** What other repositories said of packages that were copied: read for copies alone. */
const readSources = async (
  client: pg.PoolClient,
  batch: readonly Observed[],
): ReturnType<typeof readMetadataByPurl> => {
  const copied = batch.filter(({ observed }) => observed.observation.kind === 'copied');
  return copied.length === 0
    ? new Map()
    : readMetadataByPurl(
        client,
        copied.map(({ observed }) => advisoryNameOf(observed.package).name),
      );
};
