import { Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { openShardQueue, type ShardQueue } from './shard-queue.js';

const logger = createLogger('test');
logger.level = 'silent';
let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

let next = 0;
const openDesk = (shard = `queue/${(next += 1)}`): Promise<ShardQueue> => openShardQueue(log.store, shard, logger);
const append = (queue: ShardQueue, count = 1) =>
  queue.withWriter((writer) => writer.append({ events: testEvents(count) }));
const sizeOf = async (shard: string) => (await log.store.shards()).find((head) => head.shard === shard)?.size;

test('tasks run one after the other, in the order they came, also after one that failed', async () => {
  const queue = await openDesk();
  const seen: string[] = [];
  const task = (name: string, fault?: Error) => () =>
    new Promise<void>((resolve, reject) => {
      seen.push(`${name} begins`);
      setTimeout(() => {
        seen.push(`${name} ends`);
        if (fault) reject(fault);
        else resolve();
      }, 5);
    });
  const turns = [
    queue.withWriter(task('a')),
    queue.withWriter(task('b', new Error('b failed'))),
    queue.withWriter(task('c')),
  ];
  expect((await Promise.allSettled(turns)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('what can wait begins when nothing else waits, so that who comes meanwhile waits for one such task and no second', async () => {
  const queue = await openDesk();
  const seen: string[] = [];
  const begun = Promise.withResolvers<undefined>();
  const go = Promise.withResolvers<undefined>();
  const note = (name: string) => async () => void seen.push(name);
  const turns = [
    queue.withWriter(async () => {
      begun.resolve(undefined);
      await go.promise;
      seen.push('sweep 1');
    }, 'whenIdle'),
    queue.withWriter(note('sweep 2'), 'whenIdle'),
    queue.withWriter(note('look ahead'), 'whenIdle'),
  ];
  await begun.promise;
  turns.push(queue.withWriter(note('live 1')), queue.withWriter(note('live 2')));
  go.resolve(undefined);
  await Promise.all(turns);
  expect(seen).toEqual(['sweep 1', 'live 1', 'live 2', 'sweep 2', 'look ahead']);
});

test('a queue whose shard another process wrote is refused once with a Retryable, and then sees the true head', async () => {
  const queue = await openDesk();
  await append(await openDesk(queue.shard), 3);
  await expect(append(queue)).rejects.toBeInstanceOf(Retryable);
  await append(queue);
  expect(await sizeOf(queue.shard)).toBe(4);
});

test('a task that faults after its append was committed leaves a queue that goes on behind it', async () => {
  const queue = await openDesk();
  const lateFault = queue.withWriter(async (writer) => {
    await writer.append({ events: testEvents(1) });
    throw new RangeError('after the commit');
  });
  await expect(lateFault).rejects.toBeInstanceOf(RangeError);
  expect(await queue.withWriter(async (writer) => writer.head().size)).toBe(1);
});

test('a connection that is lost within a task is a Retryable', async () => {
  const queue = await openDesk();
  const lost = queue.withWriter(() => Promise.reject(Object.assign(new Error('connection lost'), { code: '57P01' })));
  await expect(lost).rejects.toBeInstanceOf(Retryable);
  await append(queue);
  expect(await sizeOf(queue.shard)).toBe(1);
});
