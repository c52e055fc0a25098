import { expect, test } from 'vitest';
import type { StoredEvent } from './event.js';
import { createFreshEvents } from './fresh-events.js';

const eventsOf = (shard: string, from: number, to: number, dataText = '{}'): readonly StoredEvent[] =>
  Array.from({ length: to - from }, (_, index) => ({ shard, position: from + index, dataText }) as StoredEvent);
const [one, two] = [{}, {}];
const read = (...shards: readonly string[]) => {
  const fresh = createFreshEvents();
  for (const shard of shards) fresh.from(shard, 0, 0, one);
  return fresh;
};
const positions = (events: readonly StoredEvent[]) => events.map(({ position }) => position);

test('what was appended one after the other is given from any position that is still kept', () => {
  const fresh = read('a/0', 'a/1');
  fresh.keep(eventsOf('a/0', 5, 8));
  fresh.keep(eventsOf('a/0', 8, 10));
  fresh.keep(eventsOf('a/1', 0, 1));
  expect(positions(fresh.from('a/0', 5, 100, one))).toEqual([5, 6, 7, 8, 9]);
  expect(positions(fresh.from('a/0', 7, 2, one))).toEqual([7, 8]);
  expect(fresh.from('a/0', 4, 100, one)).toEqual([]);
  expect(fresh.from('a/0', 10, 100, one)).toEqual([]);
  expect(fresh.from('b/0', 0, 100, one)).toEqual([]);
});

test('after another process wrote the shard, nothing is given that would hide its events', () => {
  const fresh = read('a/0');
  fresh.keep(eventsOf('a/0', 0, 3));
  fresh.keep(eventsOf('a/0', 9, 11));
  expect(fresh.from('a/0', 2, 100, one)).toEqual([]);
  expect(positions(fresh.from('a/0', 9, 100, one))).toEqual([9, 10]);
});

test('no more is kept than a few megabytes, the latest first', () => {
  const fresh = read('a/0');
  for (let batch = 0; batch < 6; batch += 1) fresh.keep(eventsOf('a/0', batch, batch + 1, 'x'.repeat(1024 * 1024)));
  expect(fresh.from('a/0', 1, 100, one)).toEqual([]);
  expect(positions(fresh.from('a/0', 2, 100, one))).toEqual([2, 3, 4, 5]);
});

test('what all readers of a shard are done with is forgotten, and who left is not waited for', () => {
  const fresh = read('a/0');
  fresh.keep(eventsOf('a/0', 0, 6));
  expect(positions(fresh.from('a/0', 0, 3, one))).toEqual([0, 1, 2]);
  expect(positions(fresh.from('a/0', 0, 2, two))).toEqual([0, 1]);
  expect(positions(fresh.from('a/0', 3, 3, one))).toEqual([3, 4, 5]);
  expect(positions(fresh.from('a/0', 2, 1, two))).toEqual([2]);
  expect(fresh.from('a/0', 1, 1, two)).toEqual([]);
  fresh.leave(two);
  expect(fresh.from('a/0', 6, 1, one)).toEqual([]);
  expect(fresh.from('a/0', 2, 1, two)).toEqual([]);
  fresh.keep(eventsOf('a/0', 6, 8));
  expect(positions(fresh.from('a/0', 6, 2, one))).toEqual([6, 7]);
});

test('what nobody reads is not kept', () => {
  const fresh = read('a/0');
  fresh.keep(eventsOf('b/0', 0, 3));
  expect(fresh.from('b/0', 0, 3, one)).toEqual([]);
  fresh.leave(one);
  fresh.keep(eventsOf('a/0', 0, 3));
  expect(fresh.from('a/0', 0, 3, one)).toEqual([]);
});
