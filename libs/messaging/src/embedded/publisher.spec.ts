import { Retryable } from '@weir/postgres';
import { expect, test } from 'vitest';
import { messageBytes } from '../message-too-large.js';
import type { OutgoingMessage } from '../topics.js';
import { createPublisher } from './publisher.js';

const message = (key: string): OutgoingMessage => ({ topic: 't', key, headers: {}, value: new Uint8Array(10) });

test('calls that arrive during a commit share the next one, in their order', async () => {
  const commits: string[][] = [];
  const publisher = createPublisher(async (messages) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    commits.push(messages.map(({ key }) => key));
  });
  await Promise.all(Array.from({ length: 100 }, (_, n) => publisher.publish([message(String(n))])));
  expect(commits).toHaveLength(2);
  expect(commits.flat()).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
});

test('a call that the database refuses fails alone', async () => {
  const publisher = createPublisher(async (messages) => {
    if (messages.some(({ key }) => key === 'bad')) throw new Error('refused');
  });
  const results = await Promise.allSettled(
    ['first', 'good', 'bad', 'fine'].map((key) => publisher.publish([message(key)])),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('when the database is away, every call of the commit may be tried again', async () => {
  const publisher = createPublisher(() => Promise.reject(new Retryable('away')));
  const results = await Promise.allSettled([publisher.publish([message('a')]), publisher.publish([message('b')])]);
  expect(results.map((result) => result.status === 'rejected' && result.reason instanceof Retryable)).toEqual([
    true,
    true,
  ]);
});

test('while the database takes nothing more, a call over the bound is refused at once and those that wait lose nothing', async () => {
  const gate = Promise.withResolvers<undefined>();
  const stored: string[] = [];
  const publisher = createPublisher(async (messages) => {
    await gate.promise;
    stored.push(...messages.map(({ key }) => key));
  }, 100);
  const size = messageBytes(message('a'));
  const waiting = Array.from({ length: Math.floor(100 / size) }, (_, n) => publisher.publish([message(String(n))]));
  await expect(publisher.publish([message('x')])).rejects.toThrow(/bytes wait for PostgreSQL already/);
  gate.resolve(undefined);
  await Promise.all(waiting);
  await publisher.publish([message('x')]);
  expect(stored).toEqual([...waiting.keys(), 'x'].map(String));
});

test('a commit carries at most 2,000 messages unless one call has more', async () => {
  const sizes: number[] = [];
  const publisher = createPublisher(async (messages) => void sizes.push(messages.length));
  const batch = (count: number) => publisher.publish(Array.from({ length: count }, () => message('k')));
  await Promise.all([batch(1), batch(1_500), batch(1_500), batch(5_000)]);
  expect(sizes).toEqual([1, 1_500, 1_500, 5_000]);
});
