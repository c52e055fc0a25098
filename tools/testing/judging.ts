import { createHash } from 'node:crypto';
import { ENVELOPE_HEADER, TOPICS, type Cause, type EnrichedEnvelope, type PolicySet } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore } from '@weir/event-store';
import type { TopicBatch, TopicMessage } from '@weir/messaging';
import { compileModule, findOpa, startPolicyEngine, type PolicyEngine } from '@weir/policy';
import canonicalize from 'canonicalize';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { evaluationMigrations } from '../../apps/evaluation/src/evaluation-migrations.js';
import { migrateTestDatabase } from './migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const digestOf = (bytes: Uint8Array | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export interface JudgingBench {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  /** Stores a policy set of `policies` and makes it the active one of workspace default. */
  activate(policies: readonly TestPolicy[]): Promise<string>;
  close(): Promise<void>;
}

export type TestPolicy = Partial<PolicySet['policies'][number]> & { readonly policyId: string; readonly rego: string };

/** Everything evaluation needs, real: a database, the log, the engine, policies compiled by OPA. */
export const openJudgingBench = async (options: { readonly deadlineMillis?: number } = {}): Promise<JudgingBench> => {
  const database = await createTestDatabase();
  await migrateTestDatabase(database, [...eventStoreMigrations, ...evaluationMigrations]);
  const pool = new pg.Pool({ connectionString: database.serviceUrl, max: 8 });
  pool.on('error', () => undefined);
  const store = openEventStore(pool, eventCatalog);
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: options.deadlineMillis ?? 500, memoryMegabytes: 64 });
  return {
    database,
    pool,
    store,
    engine,
    activate: (policies) => activatePolicies(store, policies),
    close: async () => {
      await engine.close();
      await pool.end();
      await database.drop();
    },
  };
};

/** `version`: of the event, for a Weir of another age. */
export const activatePolicies = async (store: EventStore, policies: readonly TestPolicy[], version = 1): Promise<string> => {
  const opa = await findOpa({ cacheDirectory: tmpdir(), download: false });
  const module = await compileModule(opa, policies.map(({ policyId, rego }) => ({ id: policyId.replaceAll('-', '_'), rego })));
  const set: PolicySet = {
    workspace: 'default',
    module: policies.length > 0 ? { wasmDigest: module.digest } : null,
    policies: policies.map(({ rego, ...policy }) => {
      const slot = policy.policyId.replaceAll('-', '_');
      const reads = module.reads[slot] ?? { inputPaths: ['*'], clock: false, builtins: [] };
      const revisionDigest = digestOf(JSON.stringify({ rego, ...policy }));
      const defaults = { slot, name: policy.policyId, revision: 1, revisionDigest, parameters: {}, scope: {}, precedence: 100, terminal: false, actions: [{ type: 'SetPackageState' as const, state: 'quarantined' as const }], onError: 'closed' as const };
      return { ...defaults, ...policy, reads: { inputPaths: [...reads.inputPaths], clock: reads.clock, builtins: [...reads.builtins] } };
    }),
  };
  const bytes = Buffer.from(canonicalize(set) ?? '', 'utf8');
  const digest = digestOf(bytes);
  const writer = await store.openShard('policy/0');
  await writer.append({
    events: [{ type: 'PolicyActivated', version, subject: 'test', data: { workspace: 'default', policyId: 'test', revision: 1, policySetDigest: digest, activatedAt: '2026-01-01T00:00:00.000Z', actor: null }, occurredAt: '2026-01-01T00:00:00.000Z' }],
    evidence: [{ digest, kind: 'policy-set', bytes }, { digest: module.digest, kind: 'wasm', bytes: module.wasm }],
  });
  return digest;
};

let observed = 0;

export const observationCause = (id = `event-${(observed += 1)}`): Cause => ({
  kind: 'observation',
  observation: { id, source: '/test', kind: 'published', occurredAt: '2026-06-01T00:00:00.000Z', receivedAt: '2026-06-01T00:00:01.000Z', actor: null },
});

/** A message as enrichment publishes it, about npm package `name` in repository npm-dev. */
export const enrichedMessage = (name: string, facts: unknown, options: { readonly offset: number; readonly cause?: Cause; readonly sequence?: number; readonly topic?: string; readonly presence?: 'present' | 'deleted' }): TopicMessage => {
  const value = options.presence === 'deleted' ? Buffer.alloc(0) : Buffer.from(canonicalize(facts) ?? '', 'utf8');
  const purl = `pkg:npm/${name}@1.0.0`;
  const envelope: EnrichedEnvelope = {
    workspace: 'default',
    repository: { name: 'npm-dev', format: 'npm', environment: 'development', team: null, region: null },
    package: { purl, type: 'npm', namespace: null, name, version: '1.0.0', digest: null },
    presence: options.presence ?? 'present',
    factsDigest: options.presence === 'deleted' ? null : digestOf(value),
    sequence: options.sequence ?? options.offset + 1,
    cause: options.cause ?? observationCause(),
  };
  return {
    topic: options.topic ?? TOPICS.enriched,
    partition: 0,
    offset: options.offset,
    key: `default/npm-dev/${purl}`,
    headers: { [ENVELOPE_HEADER]: JSON.stringify(envelope) },
    value,
    publishedAt: '2026-06-01T00:00:02.000Z',
  };
};

export const batchOf = (...messages: readonly TopicMessage[]): TopicBatch => ({ topic: messages[0]?.topic ?? TOPICS.enriched, partition: 0, messages });
