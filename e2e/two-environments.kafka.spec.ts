import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ask, askUntil, post, publication } from './harness/http.js';
import {
  removeFolder,
  repositoryRoot,
  runWeir,
  serviceUrlOf,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';

const brokers = inject('kafkaBrokers');
/** One is the beginning of the other, and of our own names: the hardest pair. */
const PREFIXES = ['packages.', 'packages.staging-'] as const;
const folders = PREFIXES.map(() => temporaryFolder());
const systems: RunningWeir[] = [];
let admin: Admin;
let before: { readonly topics: ReadonlySet<string>; readonly groups: ReadonlySet<string> };

const seen = async () => ({
  topics: new Set(await admin.listTopics()),
  groups: new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId)),
});

beforeAll(async () => {
  admin = new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  before = await seen();
  const start = async (prefix: string, folder: string): Promise<RunningWeir> => {
    const env = { KAFKA_BROKERS: brokers.join(','), TOPIC_PREFIX: prefix };
    const applied = await runWeir(['topics', 'apply', '--replication', '1'], env);
    expect(applied.code, applied.stderr).toBe(0);
    return startWeirProcess(folder, env);
  };
  systems.push(...(await Promise.all(PREFIXES.map((prefix, index) => start(prefix, folders[index] ?? '')))));
}, 180_000);

afterAll(async () => {
  for (const system of systems) await system.end('SIGTERM');
  const { topics } = await seen();
  await admin.deleteTopics({ topics: [...topics].filter((topic) => !before.topics.has(topic)) });
  await admin.disconnect();
  for (const folder of folders) removeFolder(folder);
});

const verdictOf = (name: string): string =>
  `/v1/verdict?purl=${encodeURIComponent(`pkg:npm/${name}@1.0.0`)}&repository=npm-dev`;

test('two systems with prefixes share one Kafka: each decides what it was sent, and hears nothing of the other', async () => {
  for (const [index, { url }] of systems.entries()) {
    const event = publication(`shared-${index}`, `pkg:npm/only-${index}@1.0.0`);
    expect((await post(url, '/v1/events', event, 'application/cloudevents+json')).status).toBe(202);
  }
  for (const [index, { url }] of systems.entries())
    expect((await askUntil(url, verdictOf(`only-${index}`), ({ status }) => status === 200)).status).toBe(200);
  // What was published before was handled by whoever reads it, so that the other's would be here too.
  for (const [index, { url }] of systems.entries()) {
    const { status, body } = await ask<{ title: string }>(url, verdictOf(`only-${1 - index}`));
    expect([status, body.title]).toEqual([404, expect.not.stringMatching(/being judged/i)]);
    const { body: list } = await ask<{ packages: readonly { purl: string }[] }>(url, '/v1/packages');
    expect(list.packages.map(({ purl }) => purl)).toEqual([`pkg:npm/only-${index}@1.0.0`]);
  }
});

test('every topic and group that they made begins with a prefix', async () => {
  const now = await seen();
  const [topics, groups] = [now.topics, now.groups].map((names, index) =>
    [...names].filter((name) => !(index === 0 ? before.topics : before.groups).has(name)),
  );
  for (const name of [...(topics ?? []), ...(groups ?? [])].filter((one) => !one.startsWith('__')))
    expect(
      PREFIXES.some((prefix) => name.startsWith(prefix)),
      name,
    ).toBe(true);
  expect(groups).toEqual(
    expect.arrayContaining(
      PREFIXES.flatMap((prefix) => ['enrichment', 'evaluation', 'action', 'api'].map((one) => prefix + one)),
    ),
  );
});

test('with another number of partitions than the topics have, weir up and ingest end with both numbers and take nothing', async () => {
  const env = { KAFKA_BROKERS: brokers.join(','), TOPIC_PREFIX: PREFIXES[0], PARTITIONS: '3', LOG_LEVEL: 'info' };
  const folder = temporaryFolder();
  const ingest = join(repositoryRoot, 'apps', 'ingest', 'dist', 'main.js');
  const [up, alone] = await Promise.all([
    runWeir(['up', '--port', '0', '--data', folder], env),
    promisify(execFile)(process.execPath, [ingest], {
      env: { ...process.env, ...env, PORT: '0', DATABASE_URL: serviceUrlOf(folders[0] ?? '') },
    }).then(
      () => ({ code: 0, stderr: '' }),
      (fault: unknown) => fault as { readonly code: number; readonly stderr: string },
    ),
  ]);
  removeFolder(folder);
  for (const { code, stderr } of [up, alone]) {
    expect(stderr).toMatch(/has 4 partitions, not 3: set PARTITIONS=4/);
    expect(code).toBe(3);
  }
});

test('dead letters and positions of one are read by its prefix', async () => {
  const prefix = PREFIXES[1];
  const args = ['dead-letters', 'list', '--kafka', brokers.join(','), '--json'];
  const { code, stdout, stderr } = await runWeir(args, { TOPIC_PREFIX: prefix });
  expect([code, JSON.parse(stdout)], stderr).toEqual([0, { deadLetters: [] }]);
  const adopt = ['topics', 'adopt', '--kafka', brokers.join(','), '--data', folders[1] ?? '', '--json'];
  const { stdout: lost } = await runWeir(adopt, { TOPIC_PREFIX: prefix });
  expect(JSON.parse(lost)).toMatchObject({ lost: [] });
  // By another prefix the positions are of other topics, and it says so rather than to read them.
  const other = await runWeir(adopt, { TOPIC_PREFIX: PREFIXES[0] });
  expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('another topic')]);
});
