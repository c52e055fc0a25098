import { randomUUID } from 'node:crypto';
import { deadLetterTopic, retryTopic } from '@weir/contracts';
import { Retryable, Standstill } from '@weir/postgres';
import { expect, test, vi } from 'vitest';
import { DEAD_LETTER_HEADERS } from '../delivery/dead-letter.js';
import { partitionOf } from '../partition-of.js';
import type { OutgoingMessage, PartitionHandler, Subscription, TopicBatch, TopicMessage, Topics } from '../topics.js';
import { recordingConsumer, type RecordingOptions } from './recording-consumer.js';

const WITHIN = { timeout: 50_000, interval: 20 };
const PAUSES = [80, 160, 240];
const PARTITION = 0;

interface Place {
  readonly topic: string;
  readonly group: string;
  /** Keys of one partition. */
  readonly keys: readonly string[];
  readonly message: (key: string | undefined, text: string) => OutgoingMessage;
  readonly consumer: (
    options: Pick<RecordingOptions, 'before' | 'positions' | 'maxBatch'>,
  ) => ReturnType<typeof recordingConsumer>;
  /** How many messages were ever written to a topic. */
  readonly written: (topic: string) => Promise<number>;
}

/** Registers what becomes of messages that fault transiently while others are handled, and of faults that hit all. */
export const setAside = (
  topics: () => Topics,
  create: (topics: readonly string[]) => Promise<void> | undefined,
): void => {
  const fresh = async (): Promise<Place> => {
    const name = randomUUID().slice(0, 8);
    const [topic, group] = [`aside-${name}.v1`, `aside-${name}`];
    await create([topic, deadLetterTopic(topic), ...PAUSES.map((_, index) => retryTopic(group, index + 1))]);
    const keys = Array.from({ length: 1_000 }, (_, n) => `key-${n}`).filter(
      (key) => partitionOf(key, topics().partitions) === PARTITION,
    );
    return {
      topic,
      group,
      keys,
      message: (key, text) => ({ topic, key: key ?? '', headers: { 'x-text': text }, value: Buffer.from(text) }),
      consumer: (options) => recordingConsumer({ group, topics: [topic], retryPauses: PAUSES, ...options }),
      written: async (of) => (await topics().ends(of)).reduce((sum, end) => sum + end, 0),
    };
  };

  test('a message that faults alone does not stop its partition: others go on, its key waits behind it, and each is handled once', async () => {
    const { topic, group, keys, message, consumer, written } = await fresh();
    const [stuck, ...free] = keys;
    // It is tried for the last time only after others were handled at least twice since it was set aside.
    const last = retryTopic(group, PAUSES.length);
    const one = consumer({ before: (batch) => faultOn(['stuck 0'], () => batch.topic !== last)(batch) });
    const others = free.slice(0, 30).map((key, n) => message(key, `free ${n}`));
    await topics().publish([
      message(free[40], 'before'),
      message(stuck, 'stuck 0'),
      ...others.slice(0, 10),
      message(stuck, 'stuck 1'),
      ...others.slice(10),
    ]);
    const consumption = await topics().consume(one.subscription);
    const handled = (text: string) => vi.waitFor(() => expect(textsOf(one.handled)).toContain(text), WITHIN);
    await handled('free 0');
    await topics().publish([message(stuck, 'stuck 2')]);
    let more = 0;
    for (; !textsOf(one.handled).includes('stuck 2'); more += 1) {
      await topics().publish([message(free[more % 50], `more ${more}`)]);
      await handled(`more ${more}`);
    }
    await consumption.stop();
    const order = textsOf(one.handled);
    expect(order.filter((text) => text.startsWith('stuck'))).toEqual(['stuck 0', 'stuck 1', 'stuck 2']);
    expect(order.indexOf('free 0')).toBeLessThan(order.indexOf('stuck 0'));
    expect(order).toHaveLength(34 + more);
    expect(new Set(order).size).toBe(34 + more);
    expect(Object.keys(one.handled.find(({ headers }) => headers['x-text'] === 'stuck 0')?.headers ?? {})).toEqual([
      'x-text',
    ]);
    expect(one.passedOver.filter(({ fate }) => fate === 'dead')).toEqual([]);
    expect(await written(deadLetterTopic(topic))).toBe(0);
  });

  test('a message whose faults outlast every pause becomes a dead letter with the cause, and those behind it are handled', async () => {
    const { topic, keys, message, consumer, written } = await fresh();
    const [bad, ...free] = keys;
    const one = consumer({ before: faultOn(['bad'], () => true) });
    await topics().publish([message(bad, 'bad'), message(bad, 'next'), message(free[0], 'free')]);
    const consumption = await topics().consume(one.subscription);
    for (let n = 1; (await written(deadLetterTopic(topic))) === 0; n += 1) {
      await topics().publish([message(free[n % 50], `free ${n}`)]);
      await vi.waitFor(() => expect(textsOf(one.handled)).toContain(`free ${n}`), WITHIN);
    }
    await vi.waitFor(() => expect(textsOf(one.handled)).toContain('next'), WITHIN);
    await consumption.stop();
    const [letter] = await topics().peek(deadLetterTopic(topic), PARTITION, 0, 10);
    expect(letter).toMatchObject({
      key: bad,
      headers: {
        'x-text': 'bad',
        [DEAD_LETTER_HEADERS.cause]: 'Retryable: its source is down',
        [DEAD_LETTER_HEADERS.topic]: topic,
        [DEAD_LETTER_HEADERS.offset]: '0',
      },
    });
    expect(Object.keys(letter?.headers ?? {}).filter((name) => name.startsWith('weir-retry'))).toEqual([]);
    expect(one.passedOver.filter(({ fate }) => fate === 'dead')).toHaveLength(1);
  });

  test('a consumer that dies between setting a message aside and passing it over leaves it waiting once', async () => {
    const { group, keys, message, consumer, written } = await fresh();
    const positions = new Map<string, number>();
    let isCured = false;
    const before = faultOn(['stuck'], () => !isCured);
    const dying = consumer({ before, positions });
    const [stuck, free] = keys;
    await topics().publish([message(stuck, 'stuck'), message(free, 'free')]);
    const died = Promise.withResolvers<undefined>();
    const consumption = await topics().consume(
      without(dying.subscription, (handler) => ({
        ...handler,
        passOver: () => (died.resolve(undefined), Promise.reject(new Retryable('killed'))),
      })),
    );
    await died.promise;
    await consumption.stop();
    expect(dying.handled).toEqual([]);
    const heir = consumer({ before, positions });
    const again = await topics().consume(heir.subscription);
    await vi.waitFor(() => expect(textsOf(heir.handled)).toEqual(['free']), WITHIN);
    isCured = true;
    await vi.waitFor(() => expect(textsOf(heir.handled)).toEqual(['free', 'stuck']), WITHIN);
    await again.stop();
    expect(await written(retryTopic(group, 1))).toBe(1);
  });

  test('a fault that hits every message stops the partition, sets at most eight aside, and buries nothing however long it lasts', async () => {
    const { topic, group, keys, message, consumer, written } = await fresh();
    let attempts = 0;
    let isAway = true;
    const one = consumer({
      before: () => {
        attempts += 1;
        if (isAway) throw new Retryable('the database is away');
      },
    });
    const texts = Array.from({ length: 60 }, (_, n) => `${n}`);
    await topics().publish(texts.map((text, n) => message(keys[n % 50], text)));
    const consumption = await topics().consume(one.subscription);
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(30), WITHIN);
    isAway = false;
    await vi.waitFor(() => expect(one.handled).toHaveLength(60), WITHIN);
    await consumption.stop();
    expect(textsOf(one.handled).toSorted()).toEqual(texts.toSorted());
    expect(one.passedOver.filter(({ cause }) => cause instanceof Retryable).length).toBeLessThanOrEqual(8);
    expect([await written(retryTopic(group, 2)), await written(deadLetterTopic(topic))]).toEqual([0, 0]);
    const perKey = Map.groupBy(one.handled, ({ key }) => key);
    for (const messages of perKey.values())
      expect(textsOf(messages)).toEqual(textsOf(messages).toSorted((a, b) => Number(a) - Number(b)));
  });

  test('while the process stands still every message stays where it is, new or waiting, and is handled once by an updated one', async () => {
    const { topic, group, keys, message, consumer, written } = await fresh();
    const positions = new Map<string, number>();
    const [stuck, ...free] = keys;
    const texts = Array.from({ length: 30 }, (_, n) => `${n}`);
    let attempts = 0;
    let isStill = false;
    const old = consumer({
      positions,
      before: (batch) => {
        if (isStill) attempts += 1;
        // A pause may be over before the first message is handled: what waits is not tried by the old one at all.
        if (isStill || batch.topic !== topic) throw new Standstill('a newer process wrote');
        faultOn(['stuck'], () => true)(batch);
      },
    });
    await topics().publish([message(stuck, 'stuck'), message(free[0], 'before')]);
    const consumption = await topics().consume(old.subscription);
    await vi.waitFor(() => expect(textsOf(old.handled)).toEqual(['before']), WITHIN);
    isStill = true;
    await topics().publish(texts.map((text, n) => message(free[n % 50], text)));
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(5), WITHIN);
    await consumption.stop();
    expect(textsOf(old.handled)).toEqual(['before']);
    expect(
      old.passedOver.map(({ fate }) => fate),
      'what was set aside before',
    ).toEqual(['waiting']);
    expect([await written(retryTopic(group, 2)), await written(deadLetterTopic(topic))]).toEqual([0, 0]);
    const updated = consumer({ positions });
    const again = await topics().consume(updated.subscription);
    await vi.waitFor(() => expect(textsOf(updated.handled).toSorted()).toEqual([...texts, 'stuck'].toSorted()), WITHIN);
    await again.stop();
  });
};

const textsOf = (messages: readonly TopicMessage[]): string[] =>
  messages.map(({ value }) => Buffer.from(value).toString());

const faultOn =
  (texts: readonly string[], isDown: () => boolean) =>
  ({ messages }: TopicBatch): void => {
    if (isDown() && textsOf(messages).some((text) => texts.includes(text))) throw new Retryable('its source is down');
  };

const without = (
  subscription: Subscription,
  change: (handler: PartitionHandler) => PartitionHandler,
): Subscription => ({
  ...subscription,
  open: async (partition) => change(await subscription.open(partition)),
});
