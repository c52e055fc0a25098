import { ENVELOPE_HEADER, TOPICS, type Cause, type EnrichedEnvelope, type PolicySet } from '@weir/contracts';
import { eventCatalog, type FeedName } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore } from '@weir/event-store';
import type { TopicBatch, TopicMessage } from '@weir/messaging';
import {
  compileModule,
  findOpa,
  READS_EVERYTHING,
  startPolicyEngine,
  type CompiledModule,
  type PolicyEngine,
  type PolicyEngineOptions,
} from '@weir/policy';
import { digestOf, type Logger } from '@weir/postgres';
import { createLogger } from '@weir/service';
import canonicalize from 'canonicalize';
import { tmpdir } from 'node:os';
import type pg from 'pg';
import { evaluationMigrations } from '../../apps/evaluation/src/evaluation-migrations.js';
import { migrateTestDatabase } from './migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';

export interface JudgingBench {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  /** Stores a policy set of `policies` and makes it the active one of its workspace; the set's digest. */
  activate(policies: readonly TestPolicy[], options?: ActivateOptions): Promise<string>;
  /** Tells the log that a feed was loaded. */
  /** `covers`: of advisories the ecosystems; npm unless told. */
  loadFeed(feed: FeedName, loadedAt: string, covers?: readonly string[]): Promise<void>;
  readonly logger: Logger;
  close(): Promise<void>;
}

export interface ActivateOptions {
  /** Of the event, for a Weir of another age. */
  readonly version?: number;
  /** `default` unless told. */
  readonly workspace?: string;
  /** Compiled together, once, whichever of them are activated. */
  readonly library?: readonly TestPolicy[];
}

export type TestPolicy = Partial<PolicySet['policies'][number]> & { readonly policyId: string; readonly rego: string };

/** Everything evaluation needs, real: a database, the log, the engine, policies compiled by OPA. */
export const openJudgingBench = async (options: Partial<PolicyEngineOptions> = {}): Promise<JudgingBench> => {
  const database = await createTestDatabase();
  await migrateTestDatabase(database, [...eventStoreMigrations, ...evaluationMigrations]);
  const pool = openTestPool(database.serviceUrl, 8);
  const store = openEventStore(pool, eventCatalog);
  const engine = await startPolicyEngine({
    workers: 1,
    deadlineMillis: 500,
    memoryMegabytes: 64,
    ...options,
  });
  return {
    database,
    pool,
    store,
    engine,
    logger: createLogger('test').child({}, { level: 'silent' }),
    activate: (policies, how = {}) => activatePolicies(store, policies, how),
    loadFeed: (feed, loadedAt, covers = feed === 'osv' ? ['npm'] : []) => loadFeed(store, feed, loadedAt, covers),
    close: async () => {
      await engine.close();
      await pool.end();
      await database.drop();
    },
  };
};

const slotOf = (policyId: string): string => policyId.replaceAll('-', '_');

const modules = new Map<string, Promise<CompiledModule>>();

const compiled = (policies: readonly TestPolicy[]): Promise<CompiledModule> => {
  const sources = policies.map(({ policyId, rego }) => ({ id: slotOf(policyId), rego }));
  const key = JSON.stringify(sources);
  const module =
    modules.get(key) ??
    findOpa({ cacheDirectory: tmpdir(), download: false }).then((opa) => compileModule(opa, sources));
  modules.set(key, module);
  return module;
};

export const activatePolicies = async (
  store: EventStore,
  policies: readonly TestPolicy[],
  { workspace = 'default', library = policies, version = 1 }: ActivateOptions = {},
): Promise<string> => {
  const module = await compiled(library);
  const set: PolicySet = {
    workspace,
    module: policies.length > 0 ? { wasmDigest: module.digest } : null,
    policies: policies.map((policy) => activePolicy(policy, module)),
  };
  const bytes = Buffer.from(canonicalize(set) ?? '', 'utf8');
  const digest = digestOf(bytes);
  const activatedAt = '2026-01-01T00:00:00.000Z';
  const data = { workspace, policyId: 'test', revision: 1, policySetDigest: digest, activatedAt, actor: null };
  const writer = await store.openShard('policy/0');
  await writer.append({
    events: [{ type: 'PolicyActivated', version, subject: 'test', data, occurredAt: activatedAt }],
    evidence: [
      { digest, kind: 'policy-set', bytes },
      { digest: module.digest, kind: 'wasm', bytes: module.wasm },
    ],
  });
  return digest;
};

const activePolicy = ({ rego, ...policy }: TestPolicy, module: CompiledModule): PolicySet['policies'][number] => {
  const slot = slotOf(policy.policyId);
  const reads = module.reads[slot] ?? READS_EVERYTHING;
  const revisionDigest = digestOf(JSON.stringify({ rego, ...policy }));
  const actions = [{ type: 'SetPackageState' as const, state: 'quarantined' as const }];
  const defaults = {
    slot,
    name: policy.policyId,
    revision: 1,
    revisionDigest,
    parameters: {},
    scope: {},
    precedence: 100,
    terminal: false,
    actions,
    onError: 'closed' as const,
  };
  return {
    ...defaults,
    ...policy,
    reads: { ...reads, inputPaths: [...reads.inputPaths], builtins: [...reads.builtins] },
  };
};

const loadFeed = async (
  store: EventStore,
  feed: FeedName,
  loadedAt: string,
  covers: readonly string[],
): Promise<void> => {
  const counts = { records: 1, added: 0, changed: 0, removed: 0, skipped: 0, foreign: 0 };
  const ecosystems = Object.fromEntries(covers.map((name) => [name, { records: 1, asOf: null }]));
  const data = {
    feed,
    revision: loadedAt,
    source: 'test',
    content: null,
    asOf: loadedAt.slice(0, 10),
    loadedAt,
    ...counts,
    ecosystems,
  };
  const writer = await store.openShard('feeds/0');
  await writer.append({ events: [{ type: 'FeedLoaded', version: 2, subject: feed, data, occurredAt: loadedAt }] });
};

let observed = 0;

export const observationCause = (id = `event-${(observed += 1)}`): Cause => ({
  kind: 'observation',
  observation: {
    id,
    source: '/test',
    kind: 'published',
    occurredAt: '2026-06-01T00:00:00.000Z',
    receivedAt: '2026-06-01T00:00:01.000Z',
    actor: null,
  },
});

export interface MessageOptions {
  /** Of the package URL; npm unless told. */
  readonly type?: string;
  readonly offset: number;
  readonly cause?: Cause;
  readonly sequence?: number;
  readonly topic?: string;
  readonly presence?: 'present' | 'deleted';
  /** Place of the observation among those of the package; none unless given. */
  readonly ordinal?: number;
  readonly workspace?: string;
  readonly repository?: string;
}

/** A message as enrichment publishes it, about npm package `name` in repository npm-dev unless told otherwise. */
export const enrichedMessage = (name: string, facts: unknown, options: MessageOptions): TopicMessage => {
  const {
    presence = 'present',
    workspace = 'default',
    repository = 'npm-dev',
    type = 'npm',
    offset,
    ordinal,
  } = options;
  const value = presence === 'deleted' ? Buffer.alloc(0) : Buffer.from(canonicalize(facts) ?? '', 'utf8');
  const purl = `pkg:${type}/${name}@1.0.0`;
  const envelope: EnrichedEnvelope = {
    workspace,
    repository: { name: repository, format: 'npm', environment: 'development', team: null, region: null },
    package: { purl, type, namespace: null, name, version: '1.0.0', digest: null },
    presence,
    factsDigest: presence === 'deleted' ? null : digestOf(value),
    sequence: options.sequence ?? offset + 1,
    cause: options.cause ?? observationCause(),
    ...(ordinal !== undefined && { ordinal }),
  };
  return {
    topic: options.topic ?? TOPICS.enriched,
    partition: 0,
    offset,
    key: `${workspace}/${repository}/${purl}`,
    headers: { [ENVELOPE_HEADER]: JSON.stringify(envelope) },
    value,
    publishedAt: '2026-06-01T00:00:02.000Z',
  };
};

export const batchOf = (...messages: readonly TopicMessage[]): TopicBatch => ({
  topic: messages[0]?.topic ?? TOPICS.enriched,
  partition: 0,
  messages,
});
