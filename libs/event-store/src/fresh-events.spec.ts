import { expect, test } from 'vitest';
import type { StoredEvent } from './event.js';
import { createFreshEvents } from './fresh-events.js';

const eventsOf = (shard: string, from: number, to: number, dataText = '{}'): readonly StoredEvent[] =>
  Array.from({ length: to - from }, (_, index) => ({ shard, position: from + index, dataText }) as StoredEvent);
const positions = (events: readonly StoredEvent[]) => events.map(({ position }) => position);

test('what was appended one after the other is given from any position that is still kept', () => {
  const fresh = createFreshEvents();
  fresh.keep(eventsOf('a/0', 5, 8));
  fresh.keep(eventsOf('a/0', 8, 10));
  fresh.keep(eventsOf('a/1', 0, 1));
  expect(positions(fresh.from('a/0', 5, 100))).toEqual([5, 6, 7, 8, 9]);
  expect(positions(fresh.from('a/0', 7, 2))).toEqual([7, 8]);
  expect(fresh.from('a/0', 4, 100)).toEqual([]);
  expect(fresh.from('a/0', 10, 100)).toEqual([]);
  expect(fresh.from('b/0', 0, 100)).toEqual([]);
});

test('after another process wrote the shard, nothing is given that would hide its events', () => {
  const fresh = createFreshEvents();
  fresh.keep(eventsOf('a/0', 0, 3));
  fresh.keep(eventsOf('a/0', 9, 11));
  expect(fresh.from('a/0', 2, 100)).toEqual([]);
  expect(positions(fresh.from('a/0', 9, 100))).toEqual([9, 10]);
});

test('no more is kept than a few megabytes, the latest first', () => {
  const fresh = createFreshEvents();
  for (let batch = 0; batch < 6; batch += 1) fresh.keep(eventsOf('a/0', batch, batch + 1, 'x'.repeat(1024 * 1024)));
  expect(fresh.from('a/0', 1, 100)).toEqual([]);
  expect(positions(fresh.from('a/0', 2, 100))).toEqual([2, 3, 4, 5]);
});
