import { Retryable } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { openShardDesk, type ShardDesk } from './shard-desk.js';

const logger = createLogger('test');
logger.level = 'silent';
let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

let next = 0;
const openDesk = (shard = `desk/${(next += 1)}`): Promise<ShardDesk> => openShardDesk(log.store, shard, logger);
const append = (desk: ShardDesk, count = 1) => desk.take((writer) => writer.append({ events: testEvents(count) }));
const sizeOf = async (shard: string) => (await log.store.shards()).find((head) => head.shard === shard)?.size;

test('tasks run one after the other, in the order they came, also after one that failed', async () => {
  const desk = await openDesk();
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
  const turns = [desk.take(task('a')), desk.take(task('b', new Error('b failed'))), desk.take(task('c'))];
  expect((await Promise.allSettled(turns)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('what can wait begins when nothing else waits, so that who comes meanwhile waits for one such task and no second', async () => {
  const desk = await openDesk();
  const seen: string[] = [];
  const begun = Promise.withResolvers<undefined>();
  const go = Promise.withResolvers<undefined>();
  const note = (name: string) => async () => void seen.push(name);
  const turns = [
    desk.take(async () => {
      begun.resolve(undefined);
      await go.promise;
      seen.push('sweep 1');
    }, 'whenIdle'),
    desk.take(note('sweep 2'), 'whenIdle'),
    desk.take(note('look ahead'), 'whenIdle'),
  ];
  await begun.promise;
  turns.push(desk.take(note('live 1')), desk.take(note('live 2')));
  go.resolve(undefined);
  await Promise.all(turns);
  expect(seen).toEqual(['sweep 1', 'live 1', 'live 2', 'sweep 2', 'look ahead']);
});

test('a desk whose shard another process wrote is refused once with a Retryable, and then sees the true head', async () => {
  const desk = await openDesk();
  await append(await openDesk(desk.shard), 3);
  await expect(append(desk)).rejects.toBeInstanceOf(Retryable);
  await append(desk);
  expect(await sizeOf(desk.shard)).toBe(4);
});

test('a task that faults after its append was committed leaves a desk that goes on behind it', async () => {
  const desk = await openDesk();
  const lateFault = desk.take(async (writer) => {
    await writer.append({ events: testEvents(1) });
    throw new RangeError('after the commit');
  });
  await expect(lateFault).rejects.toBeInstanceOf(RangeError);
  expect(await desk.take(async (writer) => writer.head().size)).toBe(1);
});

test('a connection that is lost within a task is a Retryable', async () => {
  const desk = await openDesk();
  const lost = desk.take(() => Promise.reject(Object.assign(new Error('connection lost'), { code: '57P01' })));
  await expect(lost).rejects.toBeInstanceOf(Retryable);
  await append(desk);
  expect(await sizeOf(desk.shard)).toBe(1);
});
