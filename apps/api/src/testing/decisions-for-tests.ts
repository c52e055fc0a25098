import {
  isSilent,
  packageKey,
  type Cause,
  type DecisionRecorded,
  type PackageState,
  type PolicyResult,
} from '@weir/domain';
import type { EventStore, NewEvent, NewEvidence, StoredEvent } from '@weir/event-store';
import { digestOf } from '@weir/postgres';

export interface TestDecision {
  readonly name: string;
  /** Unless given, of npm package `name` 1.0.0. */
  readonly purl?: string;
  readonly workspace?: string;
  readonly repository?: string;
  readonly state?: PackageState;
  readonly tags?: readonly string[];
  readonly before?: DecisionRecorded['data']['before'];
  readonly decidedAt?: string;
  readonly presence?: 'present' | 'deleted';
  readonly cause?: Cause;
  readonly reasons?: readonly string[];
  readonly error?: PolicyResult['error'];
  readonly facts?: string;
}

const published = (name: string): Cause => ({
  kind: 'observation',
  observation: {
    id: `event-${name}`,
    source: '/registry',
    kind: 'published',
    occurredAt: '2026-06-14T00:00:00.000Z',
    receivedAt: '2026-06-14T00:00:00.100Z',
    actor: null,
  },
});

/** A decision as evaluation records it: npm package `name` 1.0.0, judged by one policy. */
export const decisionEvent = (test: TestDecision): NewEvent => {
  const {
    name,
    workspace = 'default',
    repository = 'npm-dev',
    state = 'available',
    tags = [],
    presence = 'present',
    reasons = [],
    error = null,
    before = null,
  } = test;
  const purl = test.purl ?? `pkg:npm/${name}@1.0.0`;
  const decidedAt = test.decidedAt ?? '2026-06-14T10:00:00.000Z';
  const isClaiming = presence === 'present' && (state !== 'available' || tags.length > 0);
  const policy = { policyId: 'epss-over-threshold', name: 'EPSS', revision: 2 };
  const result: PolicyResult = { ...policy, match: error ? null : isClaiming, reasons, output: '{}', error };
  const data: DecisionRecorded['data'] = {
    workspace,
    repository: { name: repository, format: 'npm', environment: 'development', team: null, region: null },
    package: { purl, type: 'npm', namespace: null, name, version: '1.0.0', digest: null },
    presence,
    cause: test.cause ?? published(name),
    decidedAt,
    factsDigest: presence === 'deleted' ? null : digestOf(test.facts ?? factsOf(name)),
    policySetDigest: digestOf('set'),
    engineDigest: digestOf('engine'),
    basis: digestOf('basis'),
    said: digestOf('said'),
    results: isSilent(result) ? [] : [result],
    desired: {
      state,
      tags,
      promotion: state === 'available' ? 'allowed' : 'blocked',
      because: isClaiming ? [{ ...policy, asks: state }] : [],
    },
    before,
  };
  return {
    type: 'DecisionRecorded',
    version: 4,
    subject: packageKey(workspace, repository, purl),
    data,
    occurredAt: decidedAt,
  };
};

const factsOf = (name: string): string => `{"v0":{"name":"${name}"}}`;

/** Appends decisions, with the facts they saw, as the evaluation of that shard would. */
export const appendDecisions = async (
  store: EventStore,
  shard: string,
  decisions: readonly TestDecision[],
): Promise<readonly StoredEvent[]> => {
  const writer = await store.openShard(shard);
  const evidence = decisions
    .filter(({ presence }) => presence !== 'deleted')
    .map(({ name, facts = factsOf(name) }): NewEvidence => ({
      digest: digestOf(facts),
      kind: 'facts',
      bytes: Buffer.from(facts),
    }));
  return writer.append({ events: decisions.map(decisionEvent), evidence });
};
