import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@weir/service';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createTopics } from './create-topics.js';
import { openKafkaTopics, type KafkaTopics } from './open-kafka-topics.js';

const PARTITIONS = 4;
const TAKEN_OVER_WITHIN_MS = 10_000;
const WITHIN = { timeout: 60_000 };
const TOPIC = `members-${randomUUID().slice(0, 8)}.v1`;
const GROUP = randomUUID();
const program = fileURLToPath(new URL('../../../../tools/testing/group-member.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-test-members-'));
const logger = createLogger('test');
logger.level = 'silent';

interface Member {
  readonly process: ChildProcess;
  readonly open: Set<number>;
}

const members: Member[] = [];
let topics: KafkaTopics;

/** A process of its own, with the built library. */
const startMember = (): Member => {
  const child = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', program, inject('kafkaBrokers').join(','), TOPIC, GROUP, folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const open = new Set<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as { readonly opened?: number; readonly closed?: number };
    if (told.opened !== undefined) open.add(told.opened);
    if (told.closed !== undefined) open.delete(told.closed);
  });
  const member = { process: child, open };
  members.push(member);
  return member;
};

beforeAll(async () => {
  const admin = new Kafka({ brokers: [...inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await createTopics(admin, [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }]);
  await admin.disconnect();
  topics = await openKafkaTopics({ brokers: inject('kafkaBrokers'), clientId: 'test', partitions: PARTITIONS, logger });
});

afterAll(async () => {
  for (const { process: child } of members) child.kill('SIGKILL');
  await topics.close();
  rmSync(folder, { recursive: true, force: true });
});

const publish = (count: number) =>
  topics.publish(
    Array.from({ length: count }, () => ({ topic: TOPIC, key: randomUUID(), headers: {}, value: Buffer.from('x') })),
  );

const handled = (): readonly (readonly number[])[] =>
  Array.from({ length: PARTITIONS }, (_, partition) => join(folder, String(partition))).map((file) =>
    existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : [],
  );

test('a member of a group is killed -9 at work; the other takes its partitions over, and nothing is missing or handled twice', async () => {
  const a = startMember();
  await vi.waitFor(() => expect(a.open.size).toBe(PARTITIONS), WITHIN);
  const startedAt = performance.now();
  const b = startMember();
  await vi.waitFor(() => expect([a.open.size, b.open.size]).toEqual([2, 2]), WITHIN);
  const joined = performance.now() - startedAt;
  for (let n = 0; n < 20; n += 1) await publish(100);
  a.process.kill('SIGKILL');
  const killedAt = performance.now();
  for (let n = 0; n < 20; n += 1) await publish(100);
  await vi.waitFor(() => expect(b.open.size).toBe(PARTITIONS), WITHIN);
  const after = performance.now() - killedAt;
  const ends = await topics.ends(TOPIC);
  await vi.waitFor(() => expect(handled().map((offsets) => offsets.length)).toEqual(ends), WITHIN);
  console.log(`taken over after ${Math.round(after)} ms, joined within ${Math.round(joined)} ms`);
  expect(handled()).toEqual(ends.map((end) => Array.from({ length: end }, (_, offset) => offset)));
  // What it takes here and now to share the partitions out anew is no part of noticing the death.
  expect(after - joined).toBeLessThan(TAKEN_OVER_WITHIN_MS);
}, 240_000);
