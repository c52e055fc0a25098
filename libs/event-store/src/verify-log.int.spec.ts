import { digestOf } from '@weir/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestLog, testEvent, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { eventHash } from './event-hash.js';
import type { NewEvidence } from './evidence.js';
import { EMPTY_FRONTIER, extendFrontier } from './merkle-frontier.js';
import { readRows } from './read-events.js';
import { verifyLog } from './verify-log.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

const evidenceOf = (text: string): NewEvidence => ({ digest: digestOf(text), kind: 'facts', bytes: Buffer.from(text) });
const facts = Array.from({ length: 20 }, (_, index) => evidenceOf(`facts ${index} `.repeat(10)));
const verify = () => verifyLog(log.pool, { batch: 6 });
const tamper = (statement: string, values: readonly unknown[] = []) => log.owner.query(statement, [...values]);

/** 20 events in test/0, each naming facts; 3 in test/1, named by nothing. */
beforeEach(async () => {
  const writer = await log.store.openShard('test/0');
  await writer.append({
    events: facts.map((item, index) => testEvent(index, { factsDigest: item.digest })),
    evidence: facts,
    sources: { topic: 20 },
  });
  await (await log.store.openShard('test/1')).append({ events: testEvents(3) });
});
afterEach(() => tamper('TRUNCATE log.event, log.shard_head, log.evidence, log.evidence_frame'));

const expectFirstBad = async (position: number, what: string, shard = 'test/0') => {
  const { valid, firstBad } = await verify();
  expect({ valid, shard: firstBad?.shard, position: firstBad?.position }).toEqual({ valid: false, shard, position });
  expect(firstBad?.what).toContain(what);
};

test('a log that nobody touched is valid, and is told by its counts', async () => {
  expect(await verify()).toEqual({ valid: true, shards: 2, events: 23, firstBad: null, damaged: [], damagedPieces: 0 });
});

test('a log of 10,000 events is valid, in batches and while it grows', async () => {
  const writer = await log.store.openShard('test/2');
  for (let from = 0; from < 10_000; from += 500) await writer.append({ events: testEvents(500, from) });
  const verifying = verifyLog(log.pool);
  for (let round = 0; round < 5; round += 1) await writer.append({ events: testEvents(10) });
  expect(await verifying).toMatchObject({ valid: true, firstBad: null });
  expect(await verifyLog(log.pool)).toEqual({
    valid: true,
    shards: 3,
    events: 10_073,
    firstBad: null,
    damaged: [],
    damagedPieces: 0,
  });
});

describe('rows', () => {
  test.each(['data', 'metadata', 'subject', 'type', 'occurred_at', 'recorded_at'])(
    'one character changed in %s is found',
    async (column) => {
      await tamper(
        `UPDATE log.event SET ${column} = overlay(${column} PLACING chr(ascii(substr(${column}, 3)) # 1) FROM 3 FOR 1) WHERE shard = 'test/0' AND position = 7`,
      );
      await expectFirstBad(7, 'does not match its hash');
    },
  );

  test('a changed version is found', async () => {
    await tamper(`UPDATE log.event SET version = 2 WHERE shard = 'test/0' AND position = 0`);
    await expectFirstBad(0, 'does not match its hash');
  });

  test.each(['hash', 'prev_hash'])('a flipped bit in %s is found', async (column) => {
    await tamper(
      `UPDATE log.event SET ${column} = set_byte(${column}, 5, get_byte(${column}, 5) # 1) WHERE shard = 'test/0' AND position = 19`,
    );
    await expectFirstBad(19, 'does not match its hash');
  });

  test('a row deleted in the middle is found', async () => {
    await tamper(`DELETE FROM log.event WHERE shard = 'test/0' AND position = 11`);
    await expectFirstBad(11, 'missing');
  });

  test('a deleted last row is found', async () => {
    await tamper(`DELETE FROM log.event WHERE shard = 'test/0' AND position = 19`);
    await expectFirstBad(19, 'missing');
  });

  test('a shard emptied of its rows is found', async () => {
    await tamper(`DELETE FROM log.event WHERE shard = 'test/1'`);
    await expectFirstBad(0, 'missing', 'test/1');
  });

  test('two rows that changed places are found', async () => {
    await tamper(`UPDATE log.event SET position = 1000 WHERE shard = 'test/0' AND position = 4`);
    await tamper(`UPDATE log.event SET position = 4 WHERE shard = 'test/0' AND position = 9`);
    await tamper(`UPDATE log.event SET position = 9 WHERE shard = 'test/0' AND position = 1000`);
    await expectFirstBad(4, 'does not match its hash');
  });

  test('a row moved up to close a gap is found', async () => {
    await tamper(`DELETE FROM log.event WHERE shard = 'test/0' AND position = 3`);
    await tamper(`UPDATE log.event SET position = position + 999 WHERE shard = 'test/0' AND position > 3`);
    await tamper(`UPDATE log.event SET position = position - 1000 WHERE shard = 'test/0' AND position > 999`);
    await expectFirstBad(3, 'does not match its hash');
  });

  test('a row inserted after the last is found', async () => {
    await tamper(
      `INSERT INTO log.event SELECT shard, 20, type, version, subject, data, metadata, occurred_at, recorded_at, hash, hash FROM log.event WHERE shard = 'test/0' AND position = 19`,
    );
    await expectFirstBad(20, 'the head ends before this event');
  });

  test('a row inserted in the middle is found', async () => {
    await tamper(`UPDATE log.event SET position = position + 1000 WHERE shard = 'test/0' AND position >= 5`);
    await tamper(`UPDATE log.event SET position = position - 999 WHERE shard = 'test/0' AND position >= 1000`);
    await tamper(
      `INSERT INTO log.event SELECT shard, 5, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash FROM log.event WHERE shard = 'test/0' AND position = 4`,
    );
    await expectFirstBad(5, 'does not match its hash');
  });

  test('rows of a shard without a head are found', async () => {
    await tamper(
      `INSERT INTO log.event SELECT 'test/9', position, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash FROM log.event WHERE shard = 'test/1'`,
    );
    await expectFirstBad(0, 'no head', 'test/9');
  });

  test('an event whose hash fits it, and which names another predecessor than the one before it, is found', async () => {
    const rows = await readRows(log.pool, 'test/0', 11, 9);
    // From position 12 on the chain was made anew, on a predecessor that does not stand before it; the head was made
    // to fit.
    let previousHash: Uint8Array = rows[0]?.previousHash ?? Buffer.alloc(0);
    for (const row of rows.slice(1)) {
      const hash = eventHash({ ...row, previousHash });
      await tamper(`UPDATE log.event SET prev_hash = $1, hash = $2 WHERE shard = 'test/0' AND position = $3`, [
        previousHash,
        hash,
        row.position,
      ]);
      previousHash = hash;
    }
    const leaves = (await readRows(log.pool, 'test/0', 0, 20)).map(({ hash }) => hash);
    const { hashes } = extendFrontier(EMPTY_FRONTIER, leaves);
    await tamper(`UPDATE log.shard_head SET last_hash = $1, frontier = $2 WHERE shard = 'test/0'`, [
      previousHash,
      hashes,
    ]);
    await expectFirstBad(12, 'names another predecessor');
  });

  test('the first of several is named', async () => {
    await tamper(`UPDATE log.event SET data = '{}' WHERE shard = 'test/0' AND position IN (13, 8, 17)`);
    await tamper(`UPDATE log.event SET data = '{}' WHERE shard = 'test/1' AND position = 0`);
    await expectFirstBad(8, 'does not match its hash');
  });
});

describe('the head', () => {
  test.each([
    ['size', 'size - 1', 19, 'the head ends before this event, at size 19'],
    ['size', 'size + 1', 20, 'missing'],
    ['last_hash', 'sha256(last_hash)', 19, 'the head names another last event'],
    ['frontier', 'frontier[1:1]', 19, 'Merkle frontier'],
  ])('a changed %s (%s) is found', async (column, expression, position, what) => {
    await tamper(`UPDATE log.shard_head SET ${column} = ${expression} WHERE shard = 'test/0'`);
    await expectFirstBad(position, what);
  });

  test('a deleted head is found', async () => {
    await tamper(`DELETE FROM log.shard_head WHERE shard = 'test/0'`);
    await expectFirstBad(0, 'no head');
  });

  test('says nothing about how far the sources were read: moving those is no flaw', async () => {
    await tamper(`UPDATE log.shard_head SET sources = '{"topic": 7}' WHERE shard = 'test/0'`);
    expect(await verify()).toMatchObject({ valid: true });
  });
});

describe('evidence', () => {
  test('changed evidence is found at the first event that names it', async () => {
    await tamper('UPDATE log.evidence SET start = start + 1 WHERE digest = $1', [facts[14]?.digest]);
    await expectFirstBad(14, `evidence ${facts[14]?.digest} (facts) does not hash to its digest`);
  });

  test('a changed or missing frame is found at the first event that names a piece of it', async () => {
    const { rows } = await log.pool.query<{ frame: string; digest: string }>(
      'SELECT frame, digest FROM log.evidence WHERE frame = (SELECT frame FROM log.evidence WHERE digest = $1)',
      [facts[14]?.digest],
    );
    const first = facts.findIndex(({ digest }) => rows.some((row) => row.digest === digest));
    await tamper('UPDATE log.evidence_frame SET bytes = set_byte(bytes, 1, get_byte(bytes, 1) # 1) WHERE id = $1', [
      rows[0]?.frame,
    ]);
    await expectFirstBad(first, `evidence ${facts[first]?.digest} (facts) does not hash to its digest`);
    await tamper('DELETE FROM log.evidence_frame WHERE id = $1', [rows[0]?.frame]);
    await expectFirstBad(first, `evidence ${facts[first]?.digest} (facts) does not hash to its digest`);
  });

  test('missing evidence is found, and comes before a later flaw in the same batch', async () => {
    await tamper('DELETE FROM log.evidence WHERE digest = $1', [facts[6]?.digest]);
    await tamper(`UPDATE log.event SET data = '{}' WHERE shard = 'test/0' AND position = 8`);
    await expectFirstBad(6, `evidence ${facts[6]?.digest} (facts) is missing`);
  });

  test("is what an event's own members name: a digest in what a user wrote is none", async () => {
    const data = { parameters: { imageDigest: `sha256:${'a'.repeat(64)}` } };
    await (await log.store.openShard('test/1')).append({ events: [testEvent(3, data)] });
    expect(await verify()).toMatchObject({ valid: true });
  });

  test('data that is no JSON is found, even with a hash that fits it', async () => {
    const [row] = await readRows(log.pool, 'test/1', 2, 1);
    if (row === undefined) throw new Error('no row');
    await tamper(`UPDATE log.event SET data = 'no JSON', hash = $1 WHERE shard = 'test/1' AND position = 2`, [
      eventHash({ ...row, data: 'no JSON' }),
    ]);
    await expectFirstBad(2, 'is not JSON', 'test/1');
  });

  test('evidence exchanged for other evidence is found', async () => {
    await tamper(
      'UPDATE log.evidence SET (frame, start, size) = (SELECT frame, start, size FROM log.evidence WHERE digest = $1) WHERE digest = $2',
      [facts[1]?.digest, facts[2]?.digest],
    );
    await expectFirstBad(2, 'does not hash to its digest');
  });
});

describe('what only a head kept elsewhere can show', () => {
  test('a tail cut off together with the head is consistent in itself; the kept head is longer', async () => {
    const kept = (await log.store.shards()).find(({ shard }) => shard === 'test/1');
    await tamper(`DELETE FROM log.event WHERE shard = 'test/1'`);
    await tamper(`DELETE FROM log.shard_head WHERE shard = 'test/1'`);
    await (await log.store.openShard('test/1')).append({ events: testEvents(2) });
    expect(await verify()).toMatchObject({ valid: true });
    const now = (await log.store.shards()).find(({ shard }) => shard === 'test/1');
    expect(now?.size).toBeLessThan(kept?.size ?? 0);
  });

  test('a shard rewritten to the end is consistent in itself; the kept head has another hash', async () => {
    const kept = (await log.store.shards()).find(({ shard }) => shard === 'test/1');
    await tamper(`DELETE FROM log.event WHERE shard = 'test/1'`);
    await tamper(`DELETE FROM log.shard_head WHERE shard = 'test/1'`);
    await (await log.store.openShard('test/1')).append({ events: testEvents(3, 100) });
    expect(await verify()).toMatchObject({ valid: true });
    const now = (await log.store.shards()).find(({ shard }) => shard === 'test/1');
    expect(now?.size).toBe(kept?.size);
    expect(now?.lastHash).not.toBe(kept?.lastHash);
  });
});
