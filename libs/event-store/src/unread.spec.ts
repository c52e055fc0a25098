import { expect, test } from 'vitest';
import { seeded } from '../../../tools/testing/seeded.js';
import type { ShardHead } from './event-store.js';
import { nextOffset, unreadOf } from './unread.js';

const EMPTY: ShardHead = { shard: 'evaluation/3', size: 0, lastHash: '', frontier: [], sources: {}, incarnations: {} };
const writerAt = (sources: ShardHead['sources']) => ({ head: () => ({ ...EMPTY, sources }) });
const messages = (...offsets: readonly number[]) => offsets.map((offset) => ({ offset }));

test.each([
  ['a source that was never read is read from its beginning', {}, [0, 1], [0, 1], 2],
  ['what was read is left out', { live: 2 }, [0, 1, 2, 3], [2, 3], 4],
  ['offsets with gaps, as compaction leaves them, count as they are', { live: 5 }, [3, 6, 9], [6, 9], 10],
  ['another source has a place of its own', { feed: 9 }, [0], [0], 1],
])('%s', (_name, sources, offsets, unread, next) => {
  expect(unreadOf(writerAt(sources), { topic: 'live', messages: messages(...offsets) })).toEqual({
    messages: messages(...unread),
    sources: { live: next },
  });
});

test('nothing is unread in a batch that was read, or that is empty', () => {
  expect(unreadOf(writerAt({ live: 4 }), { topic: 'live', messages: messages(2, 3) })).toBeNull();
  expect(unreadOf(writerAt({ live: 4 }), { topic: 'live', messages: [] })).toBeNull();
});

test('however a topic hands itself over again, each message counts once and in order: 500 topics by seed', () => {
  const random = seeded(4);
  const draw = (most: number): number => Math.floor(random() * most);
  for (let run = 0; run < 500; run += 1) {
    const topic = Array.from({ length: 1 + draw(30) }).reduce<{ offset: number }[]>(
      (log) => [...log, { offset: (log.at(-1)?.offset ?? -1) + 1 + (random() < 0.2 ? draw(5) : 0) }],
      [],
    );
    let sources: ShardHead['sources'] = {};
    const counted: { offset: number }[] = [];
    while (counted.length < topic.length) {
      // Never past what is next: a topic leaves nothing out, but goes back as far as it likes.
      const from = draw(topic.findIndex(({ offset }) => offset >= nextOffset(writerAt(sources), 'live')) + 1);
      const unread = unreadOf(writerAt(sources), { topic: 'live', messages: topic.slice(from, from + 1 + draw(8)) });
      if (!unread || random() < 0.2) continue; // A crash before the commit.
      counted.push(...unread.messages);
      sources = { ...sources, ...unread.sources };
    }
    expect(counted).toEqual(topic);
  }
});
