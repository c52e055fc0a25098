import { randomUUID } from 'node:crypto';
import { deadLetterTopic, MAX_MESSAGE_BYTES } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEAD_LETTER_HEADERS, replayDeadLetter } from '../delivery/dead-letter.js';
import { partitionOf } from '../partition-of.js';
import type { OutgoingMessage, TopicMessage, Topics } from '../topics.js';
import { recordingConsumer } from './recording-consumer.js';
import { setAside } from './set-aside-contract.js';

export interface TopicsUnderTest {
  /** Opens another client of the same topics, with at least four partitions. */
  open(): Promise<Topics>;
  /** Makes topics that must exist before they are used; for adapters that do not make them by themselves. */
  readonly create?: (topics: readonly string[]) => Promise<void>;
}

const WITHIN = { timeout: 40_000, interval: 20 };

/** Registers what every adapter of Topics must do. */
export const topicsContract = (adapter: string, prepare: () => Promise<TopicsUnderTest>): void => {
  describe(`topics, ${adapter}`, () => {
    let under: TopicsUnderTest;
    let topics: Topics;
    beforeAll(async () => {
      under = await prepare();
      create = under.create;
      topics = await under.open();
    });
    afterAll(() => topics.close());
    publishing(() => topics);
    consuming(() => topics);
    failing(() => topics);
    setAside(
      () => topics,
      (names) => under.create?.(names),
    );
    sharing(
      () => topics,
      () => under.open(),
    );
  });
};

/** A broker may outlive a run: names of one run do not meet those of another. */
const RUN = randomUUID().slice(0, 8);
let names = 0;
let create: TopicsUnderTest['create'];
const freshTopic = async (): Promise<string> => {
  const topic = `contract-${RUN}.topic-${(names += 1)}.v1`;
  await create?.([topic, deadLetterTopic(topic)]);
  return topic;
};
const freshGroup = (): string => `contract-${RUN}.group-${(names += 1)}`;

const message = (topic: string, key: string, text: string): OutgoingMessage => ({
  topic,
  key,
  headers: { 'x-text': text },
  value: Buffer.from(text),
});
const texts = (messages: readonly TopicMessage[]): string[] =>
  messages.map(({ value }) => Buffer.from(value).toString());

/** `count` keys that fall into `partition`. */
const keysOf = (topics: Topics, partition: number, count: number): string[] => {
  const keys: string[] = [];
  for (let n = 0; keys.length < count; n += 1)
    if (partitionOf(`key-${n}`, topics.partitions) === partition) keys.push(`key-${n}`);
  return keys;
};

const all = async (topics: Topics, topic: string): Promise<TopicMessage[]> =>
  (
    await Promise.all(
      Array.from({ length: topics.partitions }, (_, partition) => topics.peek(topic, partition, 0, 10_000)),
    )
  ).flat();

const publishing = (topics: () => Topics): void => {
  test('what was published can be read back byte for byte, with its place and time', async () => {
    const topic = await freshTopic();
    const value = Buffer.from([0, 255, 1, 0]);
    await topics().publish([
      { topic, key: "it's \u00e9 \\", headers: { 'ce-id': '"quoted" {x}' }, value },
      { topic, key: 'empty', headers: {}, value: new Uint8Array() },
    ]);
    const read = await all(topics(), topic);
    expect(read).toHaveLength(2);
    const first = read.find(({ key }) => key === "it's \u00e9 \\");
    expect(first).toMatchObject({
      topic,
      offset: 0,
      headers: { 'ce-id': '"quoted" {x}' },
      partition: partitionOf("it's \u00e9 \\", topics().partitions),
    });
    expect(Buffer.compare(Buffer.from(first?.value ?? []), value)).toBe(0);
    expect(Date.parse(first?.publishedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  test('under eight publishers at once, offsets are contiguous and every key keeps its order', async () => {
    const topic = await freshTopic();
    const publisher = async (p: number) => {
      for (let n = 0; n < 40; n += 1)
        await topics().publish(['a', 'b', 'c'].map((key) => message(topic, `${p}-${key}`, String(n))));
    };
    await Promise.all(Array.from({ length: 8 }, (_, p) => publisher(p)));
    const read = await all(topics(), topic);
    expect(read).toHaveLength(8 * 40 * 3);
    for (let partition = 0; partition < topics().partitions; partition += 1) {
      const offsets = read.filter((one) => one.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
    const ends = await topics().ends(topic);
    expect(ends.reduce((sum, end) => sum + end, 0)).toBe(read.length);
    const perKey = Map.groupBy(read, ({ key }) => key);
    for (const messages of perKey.values())
      expect(texts(messages)).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
  });

  test('a message over 256 KiB is refused and nothing of its call is published', async () => {
    const topic = await freshTopic();
    const large = { ...message(topic, 'large', ''), value: new Uint8Array(MAX_MESSAGE_BYTES) };
    await expect(topics().publish([message(topic, 'small', 'x'), large])).rejects.toThrow(
      /over 262144 bytes: store large parts/,
    );
    expect(await all(topics(), topic)).toEqual([]);
  });
};

const consuming = (topics: () => Topics): void => {
  test('a consumer sees everything once, from the position that its handler committed', async () => {
    const topic = await freshTopic();
    const positions = new Map<string, number>();
    const group = freshGroup();
    const [key] = keysOf(topics(), 0, 1) as [string];
    await topics().publish([0, 1, 2, 3].map((n) => message(topic, key, String(n))));
    positions.set(`${topic}/0`, 2);
    const first = recordingConsumer({ group, topics: [topic], positions });
    const consumption = await topics().consume(first.subscription);
    await vi.waitFor(() => expect(texts(first.handled)).toEqual(['2', '3']), WITHIN);
    await consumption.stop();
    await topics().publish([message(topic, key, '4')]);
    const second = recordingConsumer({ group, topics: [topic], positions });
    const again = await topics().consume(second.subscription);
    await vi.waitFor(() => expect(texts(second.handled)).toEqual(['4']), WITHIN);
    await again.stop();
    expect(texts(first.handled)).toEqual(['2', '3']);
    expect([...first.open, ...second.open]).toEqual([]);
  });

  test('a consumer that rests is handed together what comes meanwhile, and misses nothing', async () => {
    const [topic, rest] = [await freshTopic(), 200];
    const [key] = keysOf(topics(), 0, 1) as [string];
    const consumer = recordingConsumer({ group: freshGroup(), topics: [topic], rest });
    const consumption = await topics().consume(consumer.subscription);
    await topics().publish([message(topic, key, 'first')]);
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['first']), WITHIN);
    const [before, begun] = [consumer.batches.length, performance.now()];
    const sent = Array.from({ length: 20 }, (_, n) => String(n));
    for (const text of sent) await topics().publish([message(topic, key, text)]);
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['first', ...sent]), WITHIN);
    const batches = consumer.batches.length - before;
    expect((batches - 1) * rest, `${batches} batches`).toBeLessThan(performance.now() - begun);
    await consumption.stop();
  });

  test('an earlier lane is drained first, and asked again after every batch of a later one', async () => {
    const [live, bulk] = [await freshTopic(), await freshTopic()];
    const [key] = keysOf(topics(), 1, 1) as [string];
    await topics().publish([
      ...Array.from({ length: 20 }, (_, n) => message(bulk, key, `bulk ${n}`)),
      message(live, key, 'live 0'),
    ]);
    let published = false;
    const consumer = recordingConsumer({
      group: freshGroup(),
      topics: [live, bulk],
      maxBatch: 5,
      before: async (batch) => {
        if (batch.topic !== bulk || published) return;
        published = true;
        await topics().publish([message(live, key, 'live 1')]);
      },
    });
    const consumption = await topics().consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(22), WITHIN);
    await consumption.stop();
    const order = texts(consumer.handled);
    expect(order[0]).toBe('live 0');
    expect(order[6]).toBe('live 1');
    expect(consumer.batches.map(({ messages }) => messages.length)).toEqual([1, 5, 1, 5, 5, 5]);
  });

  test('a live message waits for fifty messages of a later lane at most, which is drained all the same', async () => {
    const [live, bulk] = [await freshTopic(), await freshTopic()];
    const [key] = keysOf(topics(), 1, 1) as [string];
    await topics().publish(Array.from({ length: 400 }, (_, n) => message(bulk, key, `bulk ${n}`)));
    let published = false;
    const consumer = recordingConsumer({
      group: freshGroup(),
      topics: [live, bulk],
      before: async () => {
        if (!published) await topics().publish([message(live, key, 'live')]);
        published = true;
      },
    });
    const consumption = await topics().consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(401), WITHIN);
    await consumption.stop();
    expect(texts(consumer.handled).indexOf('live')).toBeLessThanOrEqual(50);
    expect(texts(consumer.handled).filter((text) => text !== 'live')).toEqual(
      Array.from({ length: 400 }, (_, n) => `bulk ${n}`),
    );
  });

  test('stop finishes the batch at hand and hands nothing more over', async () => {
    const topic = await freshTopic();
    const [key] = keysOf(topics(), 0, 1) as [string];
    await topics().publish([0, 1, 2].map((n) => message(topic, key, String(n))));
    const entered = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    const consumer = recordingConsumer({
      group: freshGroup(),
      topics: [topic],
      maxBatch: 2,
      before: () => (entered.resolve(undefined), go.promise),
    });
    const consumption = await topics().consume(consumer.subscription);
    await entered.promise;
    const stopped = consumption.stop();
    go.resolve(undefined);
    await stopped;
    expect(texts(consumer.handled)).toEqual(['0', '1']);
    expect([...consumer.open]).toEqual([]);
  });
};

const failing = (topics: () => Topics): void => {
  test('a retryable fault brings the same messages again, and no other partition waits for them', async () => {
    const topic = await freshTopic();
    const [[stuck], [free]] = [keysOf(topics(), 0, 1) as [string], keysOf(topics(), 1, 1) as [string]];
    let attempts = 0;
    const consumer = recordingConsumer({
      group: freshGroup(),
      topics: [topic],
      before: (batch) => {
        if (batch.partition !== 0) return;
        attempts += 1;
        if (attempts <= 4 || !texts(consumer.handled).includes('free')) throw new Retryable('the source is down');
      },
    });
    await topics().publish([message(topic, stuck, 'stuck'), message(topic, free, 'free')]);
    const consumption = await topics().consume(consumer.subscription);
    await vi.waitFor(() => expect(texts(consumer.handled)).toEqual(['free', 'stuck']), WITHIN);
    await consumption.stop();
    expect(attempts).toBeGreaterThanOrEqual(5);
    expect(consumer.passedOver).toEqual([]);
    expect(await topics().ends(deadLetterTopic(topic))).toEqual(new Array(topics().partitions).fill(0));
  });

  test('a poisonous message becomes a dead letter within five seconds and everything around it is handled', async () => {
    const topic = await freshTopic();
    const [key] = keysOf(topics(), 0, 1) as [string];
    await topics().publish(Array.from({ length: 50 }, (_, n) => message(topic, key, n === 20 ? 'poison' : String(n))));
    const passed: Record<string, number[]> = { healthy: [], poisoned: [] };
    const consumerOf = (name: 'healthy' | 'poisoned', maxBatch: number) =>
      recordingConsumer({
        group: freshGroup(),
        topics: [topic],
        maxBatch,
        before: (batch) => {
          passed[name]?.push(performance.now());
          if (name === 'poisoned' && texts(batch.messages).includes('poison'))
            throw new Error('cannot read this', { cause: new Error('bad byte') });
        },
      });
    const healthy = consumerOf('healthy', 1);
    const reading = await topics().consume(healthy.subscription);
    await vi.waitFor(() => expect(healthy.handled).toHaveLength(50), WITHIN);
    await reading.stop();
    const consumer = consumerOf('poisoned', 50);
    const consumption = await topics().consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(49), WITHIN);
    // What handing over one by one takes on this machine now is no part of what the poison costs.
    const [expected = 0, took = Infinity] = Object.values(passed).map(
      (times) => (times.at(-1) ?? Infinity) - (times[0] ?? 0),
    );
    expect(took - expected).toBeLessThan(5_000);
    await consumption.stop();
    expect(texts(consumer.handled)).toEqual(
      Array.from({ length: 50 }, (_, n) => String(n)).filter((text) => text !== '20'),
    );
    const [letter, ...others] = await topics().peek(deadLetterTopic(topic), 0, 0, 10);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      key,
      headers: {
        'x-text': 'poison',
        [DEAD_LETTER_HEADERS.cause]: 'Error: cannot read this (Error: bad byte)',
        [DEAD_LETTER_HEADERS.topic]: topic,
        [DEAD_LETTER_HEADERS.partition]: '0',
        [DEAD_LETTER_HEADERS.offset]: '20',
      },
    });
    expect(consumer.passedOver).toHaveLength(1);
  });

  test('a dead letter can be replayed to where it came from, as it was', async () => {
    const topic = await freshTopic();
    const [key] = keysOf(topics(), 0, 1) as [string];
    await topics().publish([message(topic, key, 'poison')]);
    let cured = false;
    const consumer = recordingConsumer({
      group: freshGroup(),
      topics: [topic],
      before: () => {
        if (!cured) throw new Error('a defect');
      },
    });
    const consumption = await topics().consume(consumer.subscription);
    await vi.waitFor(() => expect(consumer.passedOver).toHaveLength(1), WITHIN);
    cured = true;
    await replayDeadLetter(topics(), deadLetterTopic(topic), 0, 0);
    await vi.waitFor(() => expect(consumer.handled).toHaveLength(1), WITHIN);
    await consumption.stop();
    expect(consumer.handled[0]).toMatchObject({ key, offset: 1, headers: { 'x-text': 'poison' } });
    expect(Object.keys(consumer.handled[0]?.headers ?? {})).toEqual(['x-text']);
    await expect(replayDeadLetter(topics(), deadLetterTopic(topic), 0, 7)).rejects.toThrow(
      'no dead letter at offset 7',
    );
  });
};

const sharing = (topics: () => Topics, open: () => Promise<Topics>): void => {
  test('two consumers of a group share the partitions, and one takes over when the other stops', async () => {
    const topic = await freshTopic();
    const group = freshGroup();
    const positions = new Map<string, number>();
    const other = await open();
    const a = recordingConsumer({ group, topics: [topic], positions });
    const b = recordingConsumer({ group, topics: [topic], positions });
    const first = await topics().consume(a.subscription);
    await vi.waitFor(() => expect(a.open.size).toBe(topics().partitions), WITHIN);
    const second = await other.consume(b.subscription);
    await vi.waitFor(() => {
      expect(b.open.size).toBe(Math.floor(topics().partitions / 2));
      expect([...a.open].filter((partition) => b.open.has(partition))).toEqual([]);
      expect(a.open.size + b.open.size).toBe(topics().partitions);
    }, WITHIN);
    const keys = Array.from({ length: topics().partitions }, (_, partition) => keysOf(topics(), partition, 1)).flat();
    await topics().publish(keys.map((key) => message(topic, key, 'shared')));
    await vi.waitFor(() => expect(a.handled.length + b.handled.length).toBe(keys.length), WITHIN);
    expect(b.handled.length).toBeGreaterThan(0);
    await second.stop();
    await vi.waitFor(() => expect(a.open.size).toBe(topics().partitions), WITHIN);
    await topics().publish(keys.map((key) => message(topic, key, 'taken over')));
    await vi.waitFor(
      () => expect(texts(a.handled).filter((text) => text === 'taken over')).toHaveLength(keys.length),
      WITHIN,
    );
    await first.stop();
    await other.close();
  });
};
