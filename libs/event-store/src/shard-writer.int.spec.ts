import type pg from 'pg';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestLog, testEvent, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { rootHash } from './merkle-frontier.js';
import { ShardFenced } from './shard-fenced.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

let next = 0;
const freshShard = () => `test/${next++}`;
const stored = (shard: string) => log.store.read(shard, { position: 0, limit: 10_000 });
const headOf = async (shard: string) => (await log.store.shards()).find((head) => head.shard === shard);
const failing = async () => {
  throw new Error('the rest failed');
};

describe('an append', () => {
  test('gives contiguous positions from 0 and comes back as it was written', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const first = await writer.append({ events: testEvents(3) });
    const second = await writer.append({ events: testEvents(2, 3) });
    const events = await stored(shard);
    expect(events).toEqual([...first, ...second]);
    expect(events.map((event) => event.position)).toEqual([0, 1, 2, 3, 4]);
    expect(events[4]).toMatchObject({
      id: `${shard.replace('/', '-')}-4`,
      type: 'TestHappened',
      data: { number: 4 },
      dataText: '{"number":4}',
    });
  });

  test('moves the head: size, last hash, tree root', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    expect(writer.head()).toMatchObject({ size: 0, lastHash: `sha256:${'0'.repeat(64)}`, sources: {} });
    const events = await writer.append({ events: testEvents(7) });
    const head = await headOf(shard);
    expect(head).toEqual(writer.head());
    expect(head).toMatchObject({ size: 7, lastHash: events[6]?.hash });
    expect(rootHash(head?.frontier ?? [], 7)).toHaveLength(32);
    expect((await log.store.openShard(shard)).head()).toEqual(head);
  });

  test('keeps hostile strings byte for byte', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const data = {
      nul: '\0',
      lone: '\ud800',
      quotes: `'"\\\\.\\N\t`,
      sql: `'); DROP TABLE log.event; --`,
      emoji: '🐘',
      line: '\u2028\r\n',
    };
    await writer.append({ events: [{ ...testEvent(0, data), subject: `acme/'"\\N\t\n🐘` }] });
    const [event] = await stored(shard);
    expect(event?.data).toEqual({ number: 0, ...data });
    expect(event?.dataText).toBe(JSON.stringify({ number: 0, ...data }));
    expect(event?.subject).toBe(`acme/'"\\N\t\n🐘`);
  });

  test('commits source positions with the rows, and can move them alone', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await writer.append({ events: testEvents(1), sources: { 'packages.enriched.v1': 10 } });
    await writer.append({ events: [], sources: { 'packages.enriched.feed.v1': 4 } });
    expect(await headOf(shard)).toMatchObject({
      size: 1,
      sources: { 'packages.enriched.v1': 10, 'packages.enriched.feed.v1': 4 },
    });
    await expect(writer.append({ events: [], sources: { topic: -1 } })).rejects.toThrow(
      'The offset of source topic is -1',
    );
  });

  test('called twice at once on one writer runs one after the other', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await Promise.all([writer.append({ events: testEvents(2) }), writer.append({ events: testEvents(2, 2) })]);
    expect((await stored(shard)).map((event) => event.data)).toEqual([0, 1, 2, 3].map((number) => ({ number })));
  });

  test('takes large batches and large events', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const events = testEvents(5_000).map((event) => ({ ...event, data: { text: 'é'.repeat(1_000) } }));
    await writer.append({ events: [...events, testEvent(0, { text: '"'.repeat(5_000_000) })] });
    const [last] = await log.store.read(shard, { position: 5_000, limit: 1 });
    expect(last?.dataText).toHaveLength(10_000_022);
    expect(writer.head().size).toBe(5_001);
  });

  test('does not write over a row that lies beyond the head', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await writer.append({ events: testEvents(1) });
    await log.owner.query(
      `INSERT INTO log.event SELECT shard, 1, type, version, subject, data, metadata, occurred_at, recorded_at, hash, hash FROM log.event WHERE shard = $1`,
      [shard],
    );
    await expect(writer.append({ events: testEvents(2), sources: { topic: 2 } })).rejects.toMatchObject({
      code: '23505',
    });
    expect(await headOf(shard)).toMatchObject({ size: 1, sources: {} });
  });

  test('of a refused event writes nothing, and the writer goes on', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await expect(writer.append({ events: [testEvent(0), { ...testEvent(1), subject: '\0' }] })).rejects.toThrow(
      "The event's subject has U+0000",
    );
    await writer.append({ events: testEvents(1) });
    expect(await stored(shard)).toHaveLength(1);
  });
});

describe('what else happens in the transaction', () => {
  const also = (shard: string) => async (client: pg.PoolClient) => {
    await client.query('INSERT INTO public.effect VALUES ($1)', [shard]);
  };
  beforeAll(() =>
    log.owner.query('CREATE TABLE public.effect (shard text); GRANT SELECT, INSERT ON public.effect TO weir_service'),
  );

  test('is kept with the rows', async () => {
    const shard = freshShard();
    await (await log.store.openShard(shard)).append({ events: testEvents(1), also: also(shard) });
    expect((await log.pool.query('SELECT 1 FROM public.effect WHERE shard = $1', [shard])).rowCount).toBe(1);
  });

  test('takes everything back when it fails, and the writer goes on', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const batch = {
      events: testEvents(2),
      sources: { topic: 9 },
      also: (client: pg.PoolClient) => also(shard)(client).then(failing),
    };
    await expect(writer.append(batch)).rejects.toThrow('the rest failed');
    expect(await stored(shard)).toEqual([]);
    expect(await headOf(shard)).toMatchObject({ size: 0, sources: {} });
    expect((await log.pool.query('SELECT 1 FROM public.effect WHERE shard = $1', [shard])).rowCount).toBe(0);
    expect(await writer.append({ events: testEvents(1) })).toMatchObject([{ position: 0 }]);
  });

  test('is ended by the server when its process stops in the middle, so that a rival need not wait for ever', async () => {
    const also = async (client: pg.PoolClient) => {
      const { rows } = await client.query('SHOW idle_in_transaction_session_timeout');
      expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
    };
    await (await log.store.openShard(freshShard())).append({ events: [], also });
    expect((await log.pool.query('SHOW idle_in_transaction_session_timeout')).rows).toEqual([
      { idle_in_transaction_session_timeout: '0' },
    ]);
  });

  test('cannot hide a failed statement: a commit that PostgreSQL turned into a rollback is a fault', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const swallow = async (client: pg.PoolClient) => {
      await client.query('SELECT 1 / 0').catch(() => undefined);
    };
    await expect(writer.append({ events: [], also: swallow })).rejects.toThrow('The transaction was rolled back');
    expect(writer.head().size).toBe(0);
  });
});

describe('two writers of one shard', () => {
  test('one wins, the loser changes nothing and stays fenced until it is reopened', async () => {
    const shard = freshShard();
    const [winner, loser] = await Promise.all([log.store.openShard(shard), log.store.openShard(shard)]);
    await winner.append({ events: testEvents(2), sources: { topic: 2 } });
    const before = await headOf(shard);
    await expect(loser.append({ events: testEvents(3), sources: { topic: 7 } })).rejects.toBeInstanceOf(ShardFenced);
    await expect(loser.append({ events: [] })).rejects.toBeInstanceOf(ShardFenced);
    expect(await headOf(shard)).toEqual(before);
    expect(await stored(shard)).toHaveLength(2);
    const reopened = await log.store.openShard(shard);
    expect(await reopened.append({ events: testEvents(1) })).toMatchObject([{ position: 2 }]);
  });

  test('a rival that only read on has moved the head too', async () => {
    const shard = freshShard();
    const [reader, stale] = await Promise.all([log.store.openShard(shard), log.store.openShard(shard)]);
    await reader.append({ events: [], sources: { topic: 50 } });
    await expect(stale.append({ events: testEvents(1), sources: { topic: 1 } })).rejects.toBeInstanceOf(ShardFenced);
  });

  test('a head of the same size with another last event is not the one this writer left', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await writer.append({ events: testEvents(1) });
    await log.owner.query('UPDATE log.shard_head SET last_hash = sha256(last_hash) WHERE shard = $1', [shard]);
    await expect(writer.append({ events: testEvents(1) })).rejects.toBeInstanceOf(ShardFenced);
  });

  test('in a race at the same moment one wins, every time', async () => {
    const shard = freshShard();
    for (let round = 0; round < 20; round += 1) {
      const writers = await Promise.all([
        log.store.openShard(shard),
        log.store.openShard(shard),
        log.store.openShard(shard),
      ]);
      const outcomes = await Promise.allSettled(
        writers.map((writer) => writer.append({ events: testEvents(2, round * 2) })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
    expect((await stored(shard)).map((event) => event.position)).toEqual(
      Array.from({ length: 40 }, (_, position) => position),
    );
  });
});

describe('a connection that ends', () => {
  const endBackendOf = async (client: pg.PoolClient) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await log.owner.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  };

  test('in the middle of an append leaves nothing behind, is retryable, and the writer goes on', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    await expect(
      writer.append({ events: testEvents(5), sources: { topic: 5 }, also: endBackendOf }),
    ).rejects.toBeInstanceOf(Retryable);
    expect(await stored(shard)).toEqual([]);
    expect(await headOf(shard)).toMatchObject({ size: 0, sources: {} });
    expect(await writer.append({ events: testEvents(1) })).toMatchObject([{ position: 0 }]);
  });

  test('after the commit but before its answer fences the writer, so that nothing is written twice', async () => {
    const shard = freshShard();
    const writer = await log.store.openShard(shard);
    const commitUnseen = async (client: pg.PoolClient) => {
      await client.query('COMMIT');
      throw new Error('the answer was lost');
    };
    await expect(writer.append({ events: testEvents(2), also: commitUnseen })).rejects.toThrow('the answer was lost');
    await expect(writer.append({ events: testEvents(2) })).rejects.toBeInstanceOf(ShardFenced);
    expect(await stored(shard)).toHaveLength(2);
  });
});

test('a shard name from which no event id could be read is refused', async () => {
  await expect(log.store.openShard('no shard')).rejects.toThrow('such as evaluation/3');
});
