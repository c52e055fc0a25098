import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type Message, type Producer } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { stringify } from 'yaml';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { freshTopics } from '../tools/testing/fresh-topics.js';
import { seeded } from '../tools/testing/seeded.js';
import { createServiceProcess, type ServiceProcess } from './harness/service-process.js';
import { databaseUrlOf, removeFolder, runWeir, startWeirProcess, temporaryFolder } from './harness/weir-process.js';

const brokers = inject('kafkaBrokers');
const random = seeded(4);
const kafka = new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING });
const folders: string[] = [];
let admin: Admin;
let producer: Producer;

beforeAll(async () => {
  admin = kafka.admin();
  producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
});
afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  for (const folder of folders) removeFolder(folder);
});

/** A topic of a registry: another number of partitions than ours, keys of its own, offsets that do not begin at 0. */
const foreignTopic = async (name: string): Promise<string> => {
  const topic = `${name}-${randomUUID()}`;
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] });
  await vi.waitFor(() => admin.fetchTopicOffsets(topic), { timeout: 20_000, interval: 200 });
  await producer.send({
    topic,
    messages: [0, 1, 2].flatMap((partition) => Array.from({ length: 5 }, () => ({ partition, value: 'gone' }))),
  });
  await admin.deleteTopicRecords({ topic, partitions: [0, 1, 2].map((partition) => ({ partition, offset: '5' })) });
  return topic;
};

const newFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
};

interface Topics {
  readonly uploads: string;
  readonly events: string;
}

/** Uploads are the registry's own JSON, events are CloudEvents of ours. `repository` is where the mapping looks for the name. */
const writeUpstreams = (folder: string, { uploads, events }: Topics, repository: string): string => {
  const file = join(folder, 'upstreams.yaml');
  const mapping = {
    type: { from: '/action', values: { uploaded: 'published', viewed: 'ignore' } },
    id: '/uid',
    source: 'registry',
    repository: { name: repository },
    purl: { type: 'npm', fullName: '/name', version: '/version' },
  };
  const common = { brokers: [...brokers] };
  writeFileSync(
    file,
    stringify([
      { ...common, name: 'uploads', topic: uploads, format: 'mapping', mapping },
      { ...common, name: 'events', topic: events, format: 'cloudevents' },
    ]),
  );
  return file;
};

const upload = (id: string, repository: object): Message => ({
  key: id,
  value: JSON.stringify({ action: 'uploaded', uid: id, name: `@registry/${id}`, version: '1.0.0', ...repository }),
});

const data = (id: string): string => JSON.stringify({ repository: { name: 'npm-dev' }, purl: `pkg:npm/${id}@1.0.0` });
const structured = (id: string): Message => ({
  headers: { 'content-type': 'application/cloudevents+json' },
  value: `{"specversion":"1.0","id":"${id}","source":"/pipeline","type":"dev.weir.package.published.v1","data":${data(id)}}`,
});
const binary = (id: string): Message => ({
  headers: {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/pipeline',
    ce_type: 'dev.weir.package.published.v1',
  },
  value: data(id),
});

/** How often each observation was decided. */
const decidedTimes = async (database: pg.Client): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await database.query<{ id: string; times: number }>(
    `SELECT data::jsonb #>> '{cause,observation,id}' AS id, count(*)::float8 AS times FROM log.event WHERE type = 'DecisionRecorded' GROUP BY 1`,
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
};

const decideAll = async (database: pg.Client, wanted: readonly string[]): Promise<void> => {
  await vi.waitFor(async () => expect((await decidedTimes(database)).size).toBeGreaterThanOrEqual(wanted.length), {
    timeout: 90_000,
    interval: 250,
  });
  await sleep(2_000);
  expect([...(await decidedTimes(database))].toSorted()).toEqual(wanted.map((id) => [id, 1]).toSorted());
};

interface Letters {
  readonly deadLetters: readonly {
    readonly topic: string;
    readonly key: string;
    readonly cause: string;
    readonly from: { readonly offset: number };
  }[];
}

const listLetters = async (...where: readonly string[]): Promise<Letters['deadLetters']> => {
  const { code, stdout, stderr } = await runWeir(['dead-letters', 'list', '--json', ...where]);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as Letters).deadLetters;
};

const replayAll = async (...where: readonly string[]): Promise<void> => {
  const { code, stderr } = await runWeir(['dead-letters', 'replay', '--all', ...where]);
  expect(code, stderr).toBe(0);
};

test('ingest is killed again and again, and every event of two upstream topics leads to one decision; poison waits until the mapping is mended', async () => {
  const ROUNDS = 5;
  await freshTopics(brokers);
  const topics = { uploads: await foreignTopic('uploads'), events: await foreignTopic('events') };
  const folder = newFolder();
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres(folder);
  expect((await runWeir(['migrate'], { DATABASE_URL: postgres.ownerUrl })).code).toBe(0);
  const env = {
    DATABASE_URL: postgres.serviceUrl,
    KAFKA_BROKERS: brokers.join(','),
    UPSTREAM_FILE: writeUpstreams(folder, topics, '/repository'),
  };
  const service = (app: string): Promise<ServiceProcess> =>
    createServiceProcess({ app, name: app, env, log: join(folder, `${app}.log`) });
  const services = await Promise.all(['ingest', 'enrichment', 'evaluation'].map(service));
  const [ingest] = services;
  const database = new pg.Client({ connectionString: postgres.ownerUrl });
  await database.connect();
  try {
    await Promise.all(services.map((one) => one.start()));
    const good: string[] = [];
    const poison: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = Array.from({ length: 40 }, (_, i) => `r${round}-${i}`);
      const bad = Array.from({ length: 3 }, (_, i) => `poison-${round}-${i}`);
      good.push(...ids);
      poison.push(...bad);
      const own = ids.slice(20).map((id, i) => (i % 2 === 0 ? structured(id) : binary(id)));
      const theirs = [
        ...ids.slice(0, 20).map((id) => upload(id, { repository: 'npm-dev' })),
        ...bad.map((id) => upload(id, { repo: 'npm-dev' })),
        { value: '{"action":"viewed"}' },
        { key: 'gone', value: null },
      ];
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => [random(), item] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, item]) => item);
      await producer.send({ topic: topics.uploads, messages: shuffled([...theirs, ...theirs.slice(0, 5)]) });
      await producer.send({ topic: topics.events, messages: shuffled([...own, ...own.slice(0, 5)]) });
      await sleep(random() * 2_500);
      expect(await ingest?.end('SIGKILL')).toBe('SIGKILL');
      await ingest?.start();
    }
    await decideAll(database, good);

    const letters = await listLetters('--kafka', brokers.join(','));
    expect(new Set(letters.map(({ topic, cause }) => `${topic}: ${cause}`))).toEqual(
      new Set(['upstream.received.v1: UnreadableMessage: repository.name is required: give text']),
    );
    expect(new Set(letters.map(({ key, from }) => `${key}@${from.offset}`)).size).toBeGreaterThanOrEqual(poison.length);

    await ingest?.end('SIGTERM');
    writeUpstreams(folder, topics, '/repo');
    await ingest?.start();
    await replayAll('--kafka', brokers.join(','));
    await decideAll(database, [...good, ...poison]);
    await replayAll('--kafka', brokers.join(','));
    await sleep(3_000);
    await decideAll(database, [...good, ...poison]);
  } finally {
    for (const one of services) await one.end('SIGTERM');
    await database.end();
    await postgres.stop();
  }
}, 400_000);

/** What `weir_upstream_messages_total` tells, by outcome. */
const outcomesTold = async (url: string): Promise<ReadonlySet<string | undefined>> => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return new Set(
    [...text.matchAll(/^weir_upstream_messages_total\{.*outcome="(\w+)"/gm)].map(([, outcome]) => outcome),
  );
};

test('a system with embedded topics reads an upstream topic on Kafka just the same', async () => {
  const topics = { uploads: await foreignTopic('uploads'), events: await foreignTopic('events') };
  const folder = newFolder();
  const env = { UPSTREAM_FILE: writeUpstreams(folder, topics, '/repository') };
  await producer.send({
    topic: topics.uploads,
    messages: [upload('before', { repository: 'npm-dev' }), upload('poison', { repo: 'npm-dev' })],
  });
  let weir = await startWeirProcess(join(folder, 'data'), env);
  let database = new pg.Client({ connectionString: databaseUrlOf(weir.data) });
  await database.connect();
  await producer.send({ topic: topics.events, messages: [structured('after')] });
  await decideAll(database, ['before', 'after']);
  expect(await outcomesTold(weir.url)).toEqual(new Set(['accepted', 'refused']));
  expect(await listLetters('--data', weir.data)).toMatchObject([
    {
      topic: 'upstream.received.v1',
      key: expect.stringContaining(`uploads/${topics.uploads}/`) as string,
      cause: 'UnreadableMessage: repository.name is required: give text',
    },
  ]);
  await database.end();
  expect(await weir.end('SIGTERM')).toBe(0);

  writeUpstreams(folder, topics, '/repo');
  weir = await startWeirProcess(join(folder, 'data'), env);
  database = new pg.Client({ connectionString: databaseUrlOf(weir.data) });
  await database.connect();
  await replayAll('--data', weir.data);
  await decideAll(database, ['before', 'after', 'poison']);
  await database.end();
  expect(await weir.end('SIGTERM')).toBe(0);
}, 240_000);
