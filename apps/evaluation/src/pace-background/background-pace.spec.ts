import type { ShardWriter } from '@weir/event-store';
import { expect, test } from 'vitest';
import { createBackgroundPace } from './background-pace.js';

/** A queue where nobody else writes; these chunks do not write either. */
const queue = { withWriter: <T>(task: (writer: ShardWriter) => Promise<T>): Promise<T> => task({} as ShardWriter) };

/** A pace whose packages take `perPackage` milliseconds each by its own clock, and which writes down what it did. */
const paced = (perPackage: number) => {
  let now = 0;
  const [sizes, rests]: [number[], number[]] = [[], []];
  const pace = createBackgroundPace({
    now: () => now,
    pause: async (millis) => void (rests.push(millis), (now += millis)),
  });
  const work = (packages = Infinity) =>
    pace.take(queue, async (_, most) => {
      const took = Math.min(most, packages);
      sizes.push(took);
      now += took * perPackage;
      return { packages: took };
    });
  return { pace, work, sizes, rests, pass: (millis: number) => void (now += millis) };
};

test('beside live events a chunk takes about ten milliseconds, and rests as long', async () => {
  const { pace, work, sizes, rests } = paced(0.5);
  for (let n = 0; n < 5; n += 1) {
    pace.noteLive();
    await work();
  }
  expect(sizes).toEqual([16, 20, 20, 20, 20]);
  expect(rests).toEqual([8, 10, 10, 10, 10]);
});

test('without live events chunks grow to what takes a tenth of a second, and nothing rests', async () => {
  const { work, sizes, rests } = paced(0.5);
  for (let n = 0; n < 6; n += 1) await work();
  expect(sizes).toEqual([16, 32, 64, 128, 200, 200]);
  expect(rests).toEqual([]);
});

test('the first live event makes the next chunk small again, whatever it had grown to', async () => {
  const { pace, work, sizes, pass } = paced(0.5);
  for (let n = 0; n < 6; n += 1) await work();
  pace.noteLive();
  await work();
  pass(2_000);
  await work();
  expect(sizes.slice(6)).toEqual([16, 20]);
});

test('a chunk that finds nothing says nothing of what a package takes, and a slow machine still goes on', async () => {
  const { pace, work, sizes } = paced(50);
  pace.noteLive();
  await work();
  await work(0);
  pace.noteLive();
  await work();
  expect(sizes).toEqual([16, 0, 4]);
});

test('beside live events one chunk is under way in the whole process, also after one that failed', async () => {
  const { pace } = paced(1);
  pace.noteLive();
  const seen: string[] = [];
  const chunk = (name: string, fault?: Error) => async () => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    if (fault) throw fault;
    return { packages: 1 };
  };
  const turns = [
    pace.take(queue, chunk('a')),
    pace.take(queue, chunk('b', new Error('b failed'))),
    pace.take(queue, chunk('c')),
  ];
  expect((await Promise.allSettled(turns)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
