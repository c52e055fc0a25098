import { TOPICS } from '@weir/contracts';
import { messagingMigrations, openEmbeddedTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { listDeadLetters, replayAll, replayOne, showDeadLetter } from './dead-letters.js';
import { exitCodeOf } from './exit-code-of.js';
import type { ExitCode, Output } from './output.js';

const logger = createLogger('test');
logger.level = 'silent';

let database: TestDatabase;
let topics: Topics;
let isMended = false;
const handled: string[] = [];

/** A consumer with a defect, until it is mended. */
const handler = (): PartitionHandler => {
  let position = 0;
  return {
    position: async () => ({ next: position, incarnation: null }),
    bind: async () => undefined,
    handle: async ({ messages }) => {
      if (!isMended) throw new Error('cannot read this');
      handled.push(...messages.map(({ key }) => key));
      position = (messages.at(-1)?.offset ?? 0) + 1;
    },
    passOver: async ({ offset }) => {
      position = offset + 1;
    },
    close: async () => undefined,
  };
};

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, messagingMigrations);
  topics = await openEmbeddedTopics({ databaseUrl: database.serviceUrl, partitions: 1, logger });
  const only = handler();
  await topics.consume({ group: 'test', topics: [TOPICS.observed], open: async () => only });
  await topics.publish([
    { topic: TOPICS.observed, key: 'text', headers: { own: 'kept' }, value: Buffer.from('{"a":1}') },
    { topic: TOPICS.observed, key: 'bytes', headers: {}, value: Buffer.from([0xff, 0]) },
  ]);
  await vi.waitFor(async () => expect(await topics.ends(`${TOPICS.observed}.dead`)).toEqual([2]), { timeout: 20_000 });
});
afterAll(async () => {
  await topics.close();
  await database.drop();
});

const run = async (command: (output: Output) => Promise<ExitCode>) => {
  const said = { stdout: '', stderr: '' };
  const output = { stdout: (text: string) => (said.stdout += text), stderr: (text: string) => (said.stderr += text) };
  const code = await exitCodeOf({ output, json: true }, command);
  return { code, ...said };
};
const HOSTILE = 'r\u001b[2J\u009b31m\u202e\nr/pkg:npm/forged@1';
const TIME: unknown = expect.stringMatching(/Z$/);
const place = (offset: number) => ({ topic: TOPICS.observed, partition: 0, offset });

test('they are listed with key, cause, time and where they came from', async () => {
  const { code, stdout } = await run((output) => listDeadLetters(topics, { topic: undefined, json: true }, output));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    deadLetters: [
      { ...place(0), key: 'text', cause: 'Error: cannot read this', at: TIME, from: { partition: 0, offset: 0 } },
      { ...place(1), key: 'bytes', cause: 'Error: cannot read this', at: TIME, from: { partition: 0, offset: 1 } },
    ],
  });
  expect((await run((output) => listDeadLetters(topics, { topic: TOPICS.decisions, json: true }, output))).stdout).toBe(
    '{"deadLetters":[]}',
  );
});

test('one is shown with its headers, its value as text, or in base64 where it is none', async () => {
  const text = await run((output) => showDeadLetter(topics, place(0), true, output));
  expect(JSON.parse(text.stdout)).toMatchObject({ key: 'text', headers: { own: 'kept' }, valueText: '{"a":1}' });
  expect(JSON.parse((await run((output) => showDeadLetter(topics, place(1), true, output))).stdout)).toMatchObject({
    valueBase64: '/wA=',
  });
});

test('a place where there is none answers 1, a topic that is none is refused', async () => {
  const notThere = { code: 1, stdout: expect.stringMatching(/^\{"error":\{"code":"not_found"/) as string };
  expect(await run((output) => showDeadLetter(topics, place(7), true, output))).toMatchObject(notThere);
  expect(await run((output) => replayOne(topics, place(7), true, output))).toMatchObject(notThere);
  await expect(
    listDeadLetters(topics, { topic: 'nowhere.v1', json: true }, { stdout: () => undefined, stderr: () => undefined }),
  ).rejects.toThrow('No topic is named nowhere.v1');
});

test('a name with commands to the terminal in it is shown by its characters, and makes no line of its own', async () => {
  await topics.publish([
    { topic: TOPICS.observed, key: HOSTILE, headers: { [HOSTILE]: HOSTILE }, value: Buffer.from(HOSTILE) },
  ]);
  await vi.waitFor(async () => expect(await topics.ends(`${TOPICS.observed}.dead`)).toEqual([3]), { timeout: 20_000 });
  const list = await run((output) => listDeadLetters(topics, { topic: undefined, json: false }, output));
  const show = await run((output) => showDeadLetter(topics, place(2), false, output));
  for (const { stdout } of [list, show]) {
    expect(stdout).toContain('r\\u001b[2J\\u009b31m\\u202e\\u000ar/pkg:npm/forged@1');
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
  }
  expect(list.stdout).not.toMatch(/^r\/pkg/m);
  const { stdout } = await run((output) => listDeadLetters(topics, { topic: undefined, json: true }, output));
  expect(JSON.parse(stdout)).toMatchObject({ deadLetters: [{}, {}, { key: HOSTILE }] });
});

test('after the fix one is replayed and handled, and then all', async () => {
  isMended = true;
  expect(JSON.parse((await run((output) => replayOne(topics, place(0), true, output))).stdout)).toEqual({
    replayed: [place(0)],
  });
  await vi.waitFor(() => expect(handled).toEqual(['text']), { timeout: 20_000 });
  expect(
    JSON.parse((await run((output) => replayAll(topics, { topic: TOPICS.observed, json: true }, output))).stdout),
  ).toEqual({ replayed: [place(0), place(1), place(2)] });
  await vi.waitFor(() => expect(handled).toEqual(['text', 'text', 'bytes', HOSTILE]), { timeout: 20_000 });
});
