import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TOPICS } from '@weir/contracts';
import { createLogger } from '@weir/service';
import { ConfigResourceTypes, Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { applyTopics, type TopicChange } from './apply-topics.js';
import { readTopicsDeclaration, type DeclaredTopic } from './topics-declaration.js';

const logger = createLogger('test');
logger.level = 'silent';
let admin: Admin;

beforeAll(async () => {
  admin = new Kafka({ brokers: [...inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

const declared = (name: string, retentionDays: number, partitions = 2): readonly DeclaredTopic[] =>
  readTopicsDeclaration(
    JSON.stringify({
      partitions,
      replication: 1,
      minInSyncReplicas: 2,
      topics: [{ name, retentionDays }],
      deadLetters: { retentionDays: 90 },
      retries: { groups: [], tiers: 1, retentionDays: 14 },
    }),
  );
const apply = (topics: readonly DeclaredTopic[], proceed: (changes: readonly TopicChange[]) => boolean = () => true) =>
  applyTopics({ brokers: inject('kafkaBrokers'), clientId: 'test', logger, topics, proceed });
const fresh = () => `applied-${randomUUID()}.v1`;

const settingsOf = async (name: string) => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name }],
  });
  return Object.fromEntries(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? [],
  );
};

/** Brokers hear of a change a moment after the controller took it. */
const settled = (name: string, settings: Readonly<Record<string, string>>) =>
  vi.waitFor(async () => expect(await settingsOf(name)).toMatchObject(settings), { timeout: 20_000, interval: 50 });

test('topics and their dead letters are made once, with what was declared', async () => {
  const name = fresh();
  const first = await apply(declared(name, 7));
  expect(first).toMatchObject({
    applied: true,
    changes: [
      { kind: 'create', topic: name, partitions: 2 },
      { kind: 'create', topic: `${name}.dead` },
    ],
  });
  expect(await settingsOf(name)).toMatchObject({ 'retention.ms': '604800000', 'min.insync.replicas': '1' });
  expect(await apply(declared(name, 7))).toEqual({ applied: true, changes: [] });
});

test('more copies than there are brokers are refused before anything is made, with the cure', async () => {
  const { brokers } = await admin.describeCluster();
  const name = fresh();
  const [topic] = declared(name, 7);
  if (topic === undefined) throw new Error('nothing is declared');
  const result = await apply([{ ...topic, replication: brokers.length + 1 }]);
  expect(result).toMatchObject({
    applied: false,
    changes: [
      { kind: 'refused', topic: name, reason: expect.stringContaining(`--replication ${brokers.length}`) as string },
    ],
  });
  expect(await admin.listTopics()).not.toContain(name);
});

test('a changed setting is shown before it is made, and settings of others stay', async () => {
  const name = fresh();
  await apply(declared(name, 7));
  const own = Object.entries({ 'retention.ms': '604800000', 'segment.bytes': '1048576' }).map(([key, value]) => ({
    name: key,
    value,
  }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries: own }],
  });
  await settled(name, { 'segment.bytes': '1048576' });
  const change = { kind: 'configure', topic: name, name: 'retention.ms', from: '604800000', to: '864000000' };
  const shown = await apply(declared(name, 10), () => false);
  expect(shown.applied).toBe(false);
  expect(shown.changes).toContainEqual(change);
  expect(await settingsOf(name)).toMatchObject({ 'retention.ms': '604800000' });
  expect((await apply(declared(name, 10))).changes).toContainEqual(change);
  await settled(name, { 'retention.ms': '864000000', 'segment.bytes': '1048576' });
});

test('another number of partitions is refused, and then nothing is changed', async () => {
  const name = fresh();
  await apply(declared(name, 7));
  const { applied, changes } = await apply(declared(name, 10, 3));
  expect(applied).toBe(false);
  expect(
    changes.filter(({ kind }) => kind === 'refused').map((change) => ('reason' in change ? change.reason : '')),
  ).toEqual(Array(2).fill(expect.stringContaining('set PARTITIONS=2')));
  expect(await settingsOf(name)).toMatchObject({ 'retention.ms': '604800000' });
});

test('the declaration of the repository names every topic of the flow', () => {
  const names = readTopicsDeclaration(
    readFileSync(new URL('../../../../deploy/topics.yaml', import.meta.url), 'utf8'),
  ).map(({ name }) => name);
  const waiting = ['enrichment', 'evaluation', 'action'].flatMap((group) =>
    [1, 2, 3].map((tier) => `${group}.retry-${tier}`),
  );
  expect(names).toEqual([...Object.values(TOPICS).flatMap((topic) => [topic, `${topic}.dead`]), ...waiting]);
});

test('a declaration that is wrong is refused by the field', () => {
  expect(() =>
    readTopicsDeclaration(
      'partitions: many\nreplication: 3\nminInSyncReplicas: 2\ntopics: [{name: a.v1, retentionDays: 1}]\ndeadLetters: {retentionDays: 1}',
    ),
  ).toThrow(/partitions: /);
});
