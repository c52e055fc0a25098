import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evolveJudgement, unjudged, type JudgementEvent, type Judged, type Judgement } from './decision/decision.js';
import type { EffectEvent } from './effect/effect.js';
import { eventCatalog } from './events/event-catalog.js';
import { evolvePackageEffects, untouchedPackage, type PackageEffects } from './effect/package-effects.js';
import { evolveFreshness, NEVER_LOADED, type FeedEvent, type FeedFreshness } from './feed/feed-loaded.js';
import { emptyKeyBook, evolveKeyBook, type Key, type KeyEvent } from './key/key-book.js';
import type { TopicAdopted } from './topic/topic-adopted.js';
import {
  emptyPolicyBook,
  evolvePolicyBook,
  type LastChange,
  type PolicyBook,
  type PolicyEvent,
} from './policy/policy-book.js';

// The files of history/ are frozen: they are what stands in logs out there. Never edit one; add a file for each new
// version, and an upcaster for what evolve does not read any more.

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const folder = (slice: string): string => join(import.meta.dirname, slice, 'history');

interface Frozen {
  readonly type: keyof typeof eventCatalog;
  readonly version: number;
  readonly data: unknown;
}
const frozen = (slice: string, file: string): Frozen =>
  JSON.parse(readFileSync(join(folder(slice), file), 'utf8')) as Frozen;

/** The event as a reader gets it: brought to its newest version. */
const stored = (slice: string, file: string): unknown => {
  const { type, version, data } = frozen(slice, file);
  const { newest, upcasters } = eventCatalog[type];
  return {
    type,
    version: newest,
    data: upcasters.slice(version - 1).reduce<unknown>((older, step) => step(older), data),
  };
};

const LODASH = 'acme/npm-production/pkg:npm/lodash@4.17.20';
describe('every event that was ever stored still leads to the same state', () => {
  const quarantined: Judged = {
    kind: 'judged',
    presence: 'present',
    factsDigest: digest('2'),
    basis: null,
    said: null,
    desired: {
      state: 'quarantined',
      tags: ['exceeded-epss'],
      promotion: 'blocked',
      because: [
        { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'quarantined' },
        { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'tag exceeded-epss' },
      ],
    },
    memory: { epss: { match: true, failures: 0 }, slow: { match: null, failures: 1 } },
  };
  const gone: Judged = {
    ...quarantined,
    presence: 'deleted',
    factsDigest: null,
    desired: { state: 'deleted', tags: [], promotion: 'blocked', because: [] },
    memory: {},
  };
  const heldOn = {
    basis: digest('a'),
    said: digest('b'),
    memory: { epss: { match: true, failures: 0 }, slow: { match: false, failures: 3 } },
  };

  test.each<[string, Judged]>([
    ['decision-recorded.v1.json', quarantined],
    ['decision-recorded.v2.json', quarantined],
    [
      'decision-recorded.v3.json',
      { ...quarantined, memory: { ...quarantined.memory, licence: { match: false, failures: 0 } } },
    ],
    ['decision-recorded.v4.json', { ...quarantined, ...heldOn }],
    ['decision-recorded.v1.deleted.json', gone],
    [
      'decision-recorded.v4.deleted.json',
      { ...gone, basis: digest('c'), said: digest('d'), memory: { epss: { match: true, failures: 0 } } },
    ],
  ])('%s', (file, state) => {
    expect(evolveJudgement(unjudged, stored('decision', file) as JudgementEvent, LODASH)).toEqual(state);
  });

  test('judgements-confirmed.v1.json', () => {
    const event = stored('decision', 'judgements-confirmed.v1.json') as JudgementEvent;
    const memory = { epss: { match: true, failures: 0 }, slow: { match: false, failures: 4 } };
    const expected: Judgement = {
      ...quarantined,
      factsDigest: digest('7'),
      basis: digest('0'),
      said: digest('b'),
      memory,
    };
    expect(evolveJudgement(quarantined, event, LODASH)).toEqual(expected);
  });

  const revised = stored('policy', 'policy-revised.v1.json') as PolicyEvent;
  const book = (
    activeRevision: number | null,
    policySets: Record<string, string>,
    lastChange: LastChange,
    retiredAt: string | null = null,
    actorKey?: string,
  ): PolicyBook => ({
    policies: {
      epss: {
        policyId: 'epss',
        workspace: 'acme',
        name: 'EPSS at or over 0.2',
        description: 'Quarantines what is likely to be exploited',
        revisions: [
          {
            revision: 1,
            revisionDigest: digest('5'),
            regoDigest: digest('7'),
            parameters: { threshold: 0.2 },
            scope: { repositories: ['npm-production'], formats: [], environments: ['production'] },
            precedence: 10,
            terminal: false,
            actions: [
              { type: 'SetPackageState', state: 'quarantined' },
              { type: 'AddPackageTags', tags: ['exceeded-epss'] },
              { type: 'RemovePackageTags', tags: ['reviewed'] },
            ],
            onError: 'hold',
            revisedAt: '2026-06-14T08:00:00.000Z',
            actor: 'ada',
            ...(actorKey !== undefined && { actorKey }),
          },
        ],
        activeRevision,
        retiredAt,
        lastChange,
      },
    },
    policySets,
  });
  const activated = stored('policy', 'policy-activated.v1.json') as PolicyEvent;

  test.each<[string, readonly PolicyEvent[], PolicyBook]>([
    ['policy-revised.v1.json', [], book(null, {}, { what: 'revised', at: '2026-06-14T08:00:00.000Z', actor: 'ada' })],
    [
      'policy-revised.v1.in-a-change-set.json',
      [],
      book(null, {}, { what: 'revised', at: '2026-06-14T08:00:00.000Z', actor: 'ada' }),
    ],
    [
      'policy-revised.v1.by-a-key.json',
      [],
      book(
        null,
        {},
        { what: 'revised', at: '2026-06-14T08:00:00.000Z', actor: 'ada', actorKey: '0f3a9c2b7d41' },
        null,
        '0f3a9c2b7d41',
      ),
    ],
    [
      'policy-activated.v1.json',
      [revised],
      book(1, { acme: digest('3') }, { what: 'activated', at: '2026-06-14T09:00:00.000Z', actor: 'ada' }),
    ],
    [
      'policy-activated.v1.in-a-change-set.json',
      [revised],
      book(1, { acme: digest('3') }, { what: 'activated', at: '2026-06-14T09:00:00.000Z', actor: 'ada' }),
    ],
    [
      'policy-activated.v1.by-a-key.json',
      [revised],
      book(
        1,
        { acme: digest('3') },
        { what: 'activated', at: '2026-06-14T09:00:00.000Z', actor: 'release pipeline', actorKey: '0f3a9c2b7d41' },
      ),
    ],
    [
      'policy-deactivated.v1.json',
      [revised, activated],
      book(null, { acme: digest('8') }, { what: 'deactivated', at: '2026-06-15T09:00:00.000Z', actor: null }),
    ],
    [
      'policy-deactivated.v1.in-a-change-set.json',
      [revised, activated],
      book(null, { acme: digest('8') }, { what: 'deactivated', at: '2026-06-15T09:00:00.000Z', actor: null }),
    ],
    [
      'policy-deactivated.v1.by-a-key.json',
      [revised, activated],
      book(
        null,
        { acme: digest('8') },
        { what: 'deactivated', at: '2026-06-15T09:00:00.000Z', actor: 'release pipeline', actorKey: '0f3a9c2b7d41' },
      ),
    ],
    [
      'policy-retired.v1.json',
      [revised],
      book(null, {}, { what: 'retired', at: '2026-11-30T17:00:00.000Z', actor: 'ada' }, '2026-11-30T17:00:00.000Z'),
    ],
    [
      'policy-retired.v1.by-a-key.json',
      [revised],
      book(
        null,
        {},
        { what: 'retired', at: '2026-11-30T17:00:00.000Z', actor: 'release pipeline', actorKey: '0f3a9c2b7d41' },
        '2026-11-30T17:00:00.000Z',
      ),
    ],
  ])('%s', (file, past, state) => {
    const events = [...past, stored('policy', file) as PolicyEvent];
    expect(events.reduce(evolvePolicyBook, emptyPolicyBook)).toEqual(state);
  });

  const requested = stored('effect', 'effect-requested.v1.json') as EffectEvent;
  const open = (endpoint: string, attempts = 0, dueAt = '2026-08-02T09:00:01.000Z') => ({
    effectId: 'effect-evaluation-3-120',
    endpoint,
    changesState: true,
    requestedAt: '2026-08-02T09:00:01.000Z',
    attempts,
    dueAt,
  });

  test.each<[string, readonly EffectEvent[], PackageEffects['open']]>([
    ['effect-requested.v1.json', [], [open('ops'), open('chat')]],
    ['effect-attempt-failed.v1.json', [requested], [open('ops', 1, '2026-08-02T09:00:06.500Z'), open('chat')]],
    ['effect-delivered.v1.json', [requested], [open('chat')]],
    ['effect-abandoned.v1.json', [requested], [open('ops')]],
    ['effect-superseded.v1.json', [requested], [open('ops')]],
  ])('%s', (file, past, stillOpen) => {
    const events = [...past, stored('effect', file) as EffectEvent];
    expect(events.reduce(evolvePackageEffects, untouchedPackage)).toEqual({
      state: 'quarantined',
      tags: ['exceeded-epss'],
      open: stillOpen,
    });
  });

  test.each<[string, Partial<FeedFreshness>]>([
    ['feed-loaded.v1.json', { epss: { asOf: '2026-08-02', loadedAt: '2026-08-02T06:00:00.000Z' } }],
    [
      'feed-loaded.v2.json',
      { osv: { PyPI: { asOf: '2026-08-01T21:04:11.000Z', loadedAt: '2026-08-02T06:00:00.000Z' } } },
    ],
  ])('%s', (file, known) => {
    const event = stored('feed', file) as FeedEvent;
    expect(evolveFreshness(NEVER_LOADED, event)).toEqual({ ...NEVER_LOADED, ...known });
  });

  const created = stored('key', 'key-created.v1.json') as KeyEvent;
  const key: Key = {
    keyId: '0f3a9c2b7d41',
    name: 'release pipeline',
    permissions: ['events:send', 'read'],
    workspaces: ['acme'],
    secrets: [{ digest: digest('a'), endsAt: null }],
    expiresAt: '2027-12-01T00:00:00.000Z',
    created: { at: '2026-12-01T09:00:00.000Z', actor: 'ada', actorKey: '77aa12bc90de' },
    rotatedAt: null,
    revoked: null,
  };
  const twoTexts = [
    { digest: digest('b'), endsAt: null },
    { digest: digest('a'), endsAt: '2026-12-03T09:00:00.000Z' },
  ];
  test.each<[string, readonly KeyEvent[], Key]>([
    ['key-created.v1.json', [], key],
    [
      'key-rotated.v1.json',
      [created],
      { ...key, secrets: twoTexts, expiresAt: '2028-12-01T00:00:00.000Z', rotatedAt: '2026-12-02T09:00:00.000Z' },
    ],
    ['key-revoked.v1.json', [created], { ...key, revoked: { at: '2026-12-04T09:00:00.000Z', actor: null } }],
  ])('%s', (file, past, state) => {
    const book = [...past, stored('key', file) as KeyEvent].reduce(evolveKeyBook, emptyKeyBook);
    expect([...book.values()]).toEqual([state]);
  });

  const ofTheFile = { asOf: '2026-08-04T16:45:52.078Z', loadedAt: '2026-08-05T06:00:00.000Z' };
  const newer = { asOf: '2026-08-05T10:00:00.000Z', loadedAt: '2026-08-05T12:00:00.000Z' };
  test.each([
    ['feed-held-back.v1.json', newer],
    ['feed-accepted.v1.json', newer],
    ['feed-replaced.v1.json', ofTheFile],
  ])('%s', (file, kev) => {
    const event = stored('feed', file) as FeedEvent;
    expect(evolveFreshness({ ...NEVER_LOADED, kev: newer }, event)).toEqual({ ...NEVER_LOADED, kev });
  });

  test('topic-adopted.v1.json, which nobody folds: it tells who read what anew, and why', () => {
    const { data } = stored('topic', 'topic-adopted.v1.json') as TopicAdopted;
    expect(data.partitions.map(({ loss, from, to }) => [loss, from, to])).toEqual([
      ['another topic', 1850, 0],
      ['cut', 12, 40],
    ]);
    expect([data.group, data.by, data.because].every((text) => text.length > 0)).toBe(true);
  });
});

test('nothing that is stored goes without a frozen file', () => {
  const slices = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && existsSync(folder(entry.name)),
  );
  const files = slices.flatMap(({ name }) => readdirSync(folder(name)).map((file) => frozen(name, file)));
  const versions = Object.entries(eventCatalog).flatMap(([type, { newest }]) =>
    Array.from({ length: newest }, (_, index) => `${type} ${index + 1}`),
  );
  expect([...new Set(files.map(({ type, version }) => `${type} ${version}`))].sort()).toEqual(versions.sort());
});
