import { NEVER_LOADED, type Cause, type FeedFreshness, type JudgementsConfirmed } from '@weir/domain';
import type { NewEvent } from '@weir/event-store';
import { policiesInScope } from '@weir/judging';
import { describe, expect, test } from 'vitest';
import { activePolicy, repository, setOf } from '../../../../tools/testing/policies-for-tests.js';
import type { Concluded } from './conclude.js';
import { confirmationEvents } from './confirmation-events.js';

const NOW = '2026-08-02T09:00:00.000Z';
const epss = (revision: string, because: readonly string[] = []): Cause => ({
  kind: 'feed',
  feed: 'epss',
  revision,
  changed: because,
  because,
});

interface Options {
  readonly cause?: Cause;
  readonly workspace?: string;
  readonly engineDigest?: string;
  readonly policyRevision?: number;
  readonly freshness?: FeedFreshness;
  readonly reads?: string;
  readonly traceparent?: string | null;
  readonly isConfirmed?: boolean;
}

const concluded = (number: number, options: Options = {}): Concluded => {
  const {
    cause = epss('1'),
    workspace = 'default',
    engineDigest = 'sha256:engine',
    policyRevision = 1,
    freshness = NEVER_LOADED,
    isConfirmed = true,
  } = options;
  const inputPaths = [options.reads ?? 'v0.vulnerabilities'];
  const policySet = {
    ...setOf(activePolicy({ revision: policyRevision, reads: { inputPaths, clock: false, builtins: [] } })),
    traceparent: null,
  };
  const key = `${workspace}/npm-dev/pkg:npm/p-${number}@1`;
  const subject = {
    key,
    workspace,
    repository: repository(),
    presence: 'present' as const,
    cause,
    ordinal: null,
    factsDigest: `sha256:facts-${number}`,
    package: {
      purl: `pkg:npm/p-${number}@1`,
      type: 'npm',
      namespace: null,
      name: `p-${number}`,
      version: '1',
      digest: null,
    },
    facts: null,
    sequence: 1,
    traceparent: options.traceparent ?? null,
  };
  const conditions = { policySet, engineDigest, exceptionsDigest: null, freshness, digest: 'sha256:conditions' };
  const scope = policiesInScope(policySet, repository());
  return {
    case: { subject, conditions, scope, basis: `sha256:basis-${number}`, way: 'ask', facts: null },
    answers: { results: [], timing: 'timeless' },
    decision: null,
    confirmation: isConfirmed ? { packageKey: key, basis: `sha256:basis-${number}`, said: 'sha256:said' } : null,
  };
};

const dataOf = (events: readonly NewEvent[]) => events.map(({ data }) => data as JudgementsConfirmed['data']);
const sizes = (all: readonly Concluded[]) =>
  dataOf(confirmationEvents(all, NOW)).map(({ packages }) => packages.length);

test('many packages that were judged for one cause are one event, each with its facts', () => {
  const [event, ...others] = confirmationEvents(
    [concluded(1), concluded(2, { isConfirmed: false }), concluded(3, { cause: epss('1', ['CVE-1']) })],
    NOW,
  );
  expect(others).toEqual([]);
  const confirmed = (number: number) => ({
    packageKey: `default/npm-dev/pkg:npm/p-${number}@1`,
    basis: `sha256:basis-${number}`,
    said: 'sha256:said',
    repository: 0,
  });
  expect(event).toEqual({
    type: 'JudgementsConfirmed',
    version: 1,
    subject: 'default',
    occurredAt: NOW,
    data: {
      workspace: 'default',
      cause: { kind: 'feed', feed: 'epss', revision: '1' },
      decidedAt: NOW,
      policySetDigest: concluded(1).case.conditions.policySet.digest,
      engineDigest: 'sha256:engine',
      repositories: [repository()],
      packages: [confirmed(1), confirmed(3)],
      factsDigests: ['sha256:facts-1', 'sha256:facts-3'],
    },
  });
});

describe('what differs between packages is told in events of their own', () => {
  const loaded: FeedFreshness = { ...NEVER_LOADED, epss: { asOf: null, loadedAt: NOW } };

  test.each<[string, Options, Options]>([
    ['workspace', {}, { workspace: 'other' }],
    ['cause', {}, { cause: { kind: 'time', dueAt: NOW } }],
    ['feed', {}, { cause: { ...epss('1'), feed: 'kev' } as Cause }],
    ['revision of a feed', {}, { cause: epss('2') }],
    ['policy set', {}, { policyRevision: 2 }],
    ['engine', {}, { engineDigest: 'sha256:engine-2' }],
    [
      'freshness that a policy reads',
      { reads: 'v1.freshness.epss' },
      { reads: 'v1.freshness.epss', freshness: loaded },
    ],
  ])('%s', (_what, one, other) => {
    expect(sizes([concluded(1, one), concluded(2, other), concluded(3, one)])).toEqual([2, 1]);
  });

  test.each<[string, Options, Options]>([
    ['freshness that no policy reads', {}, { freshness: loaded }],
    ['what moved in a feed', {}, { cause: epss('1', ['CVE-1']) }],
    [
      'since when time has made it due',
      { cause: { kind: 'time', dueAt: '2026-08-01T00:00:00.000Z' } },
      { cause: { kind: 'time', dueAt: NOW } },
    ],
    [
      'which policies are asked again',
      { cause: { kind: 'retry', policies: ['a'] } },
      { cause: { kind: 'retry', policies: ['b'] } },
    ],
  ])('but not: %s', (_what, one, other) => {
    expect(sizes([concluded(1, one), concluded(2, other)])).toEqual([2]);
  });
});

test('freshness is named where a policy reads it', () => {
  const [data] = dataOf(confirmationEvents([concluded(1, { reads: 'v1.freshness' })], NOW));
  expect(data?.freshnessDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('an event names at most 250 packages, and every package once', () => {
  const all = Array.from({ length: 601 }, (_, number) => concluded(number));
  const events = dataOf(confirmationEvents(all, NOW));
  expect(events.map(({ packages, factsDigests }) => [packages.length, factsDigests.length])).toEqual([
    [250, 250],
    [250, 250],
    [101, 101],
  ]);
  expect(events.flatMap(({ packages }) => packages.map(({ packageKey }) => packageKey))).toEqual(
    all.map((one) => one.case.subject.key),
  );
  expect(Math.max(...confirmationEvents(all, NOW).map((event) => JSON.stringify(event).length))).toBeLessThan(100_000);
});

test('the event carries the trace of the first', () => {
  expect(confirmationEvents([concluded(1, { traceparent: '00-1' }), concluded(2)], NOW)[0]?.metadata).toEqual({
    traceparent: '00-1',
  });
});

test('nothing confirmed is no event, and an observation confirmed is a fault', () => {
  expect(confirmationEvents([concluded(1, { isConfirmed: false })], NOW)).toEqual([]);
  const observation = {
    id: '1',
    source: '/test',
    kind: 'published',
    occurredAt: NOW,
    receivedAt: NOW,
    actor: null,
  } as const;
  expect(() => confirmationEvents([concluded(1, { cause: { kind: 'observation', observation } })], NOW)).toThrow(
    'a decision of its own',
  );
});
