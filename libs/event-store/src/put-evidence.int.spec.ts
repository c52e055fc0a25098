import { randomBytes } from 'node:crypto';
import { digestOf } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestLog, testEvents, type TestLog } from '../../../tools/testing/test-log.js';
import { EvidenceDamaged, type NewEvidence } from './evidence.js';

let log: TestLog;
beforeAll(async () => {
  log = await createTestLog();
});
afterAll(() => log.drop());

const evidenceOf = (content: string | Uint8Array, kind = 'facts'): NewEvidence => ({
  digest: digestOf(content),
  kind,
  bytes: Buffer.from(content),
});
const count = async () => (await log.pool.query('SELECT 1 FROM log.evidence')).rowCount ?? 0;

test('evidence comes back by its digest, whatever its bytes and size', async () => {
  const all = [
    evidenceOf(''),
    evidenceOf('facts '.repeat(500)),
    evidenceOf(Uint8Array.of(0, 255, 92, 10)),
    evidenceOf(randomBytes(20_000_000), 'wasm'),
  ];
  await log.store.putEvidence(all);
  for (const { digest, kind, bytes } of all) {
    const found = await log.store.evidence(digest);
    expect(found).toMatchObject({ digest, kind });
    expect(Buffer.compare(found?.bytes ?? Buffer.from('none'), bytes)).toBe(0);
  }
});

test('empty evidence put alone is stored too', async () => {
  const empty = await createTestLog();
  await empty.store.putEvidence([evidenceOf('')]);
  expect(await empty.store.evidence(digestOf(''))).toMatchObject({ kind: 'facts', bytes: Buffer.alloc(0) });
  await empty.drop();
});

test('is stored once, however often it is put, also within one call', async () => {
  const before = await count();
  const one = evidenceOf('once');
  await Promise.all([log.store.putEvidence([one, one]), log.store.putEvidence([one])]);
  await log.store.putEvidence([one, evidenceOf('twice')]);
  expect(await count()).toBe(before + 2);
});

test('that is taken for new is stored once all the same, alone and together with others', async () => {
  const pieces = Array.from({ length: 8 }, (_, i) => ({
    ...evidenceOf(`{"taken":"for new","number":${i}}`),
    isNew: true,
  }));
  const before = await count();
  await log.store.putEvidence(pieces.slice(0, 1));
  await log.store.putEvidence(pieces);
  await log.store.putEvidence([...pieces, ...pieces.slice(3)].reverse());
  expect(await count()).toBe(before + pieces.length);
  for (const { digest, bytes } of pieces)
    expect(Buffer.from((await log.store.evidence(digest))?.bytes ?? '')).toEqual(bytes);
});

test('is kept or taken back with the append it belongs to', async () => {
  const writer = await log.store.openShard('test/0');
  const [kept, lost] = [evidenceOf('kept'), evidenceOf('lost')];
  await writer.append({ events: testEvents(1), evidence: [kept] });
  const failing = async () => {
    throw new Error('no');
  };
  await expect(writer.append({ events: testEvents(1), evidence: [lost], also: failing })).rejects.toThrow('no');
  expect(await log.store.evidence(kept.digest)).not.toBeNull();
  expect(await log.store.evidence(lost.digest)).toBeNull();
});

test("joins the caller's transaction", async () => {
  const evidence = evidenceOf('in a transaction');
  const client = await log.pool.connect();
  await client.query('BEGIN');
  await log.store.putEvidence([evidence], client);
  await client.query('ROLLBACK');
  client.release();
  expect(await log.store.evidence(evidence.digest)).toBeNull();
});

test('two writers that store the same new evidence in opposite order both succeed', async () => {
  for (let round = 0; round < 10; round += 1) {
    const many = Array.from({ length: 50 }, (_, index) => evidenceOf(`shared ${round} ${index}`));
    await Promise.all([log.store.putEvidence(many), log.store.putEvidence([...many].reverse())]);
  }
});

test('damaged evidence is never handed out', async () => {
  const [flipped, cut] = [evidenceOf('to be flipped '.repeat(20)), evidenceOf('to be cut '.repeat(50))];
  for (const one of [flipped, cut]) await log.store.putEvidence([one]);
  await log.owner.query(
    'UPDATE log.evidence SET bytes = set_byte(bytes, 20, get_byte(bytes, 20) # 1) WHERE digest = $1',
    [flipped.digest],
  );
  await log.owner.query('UPDATE log.evidence SET bytes = substring(bytes FOR 10) WHERE digest = $1', [cut.digest]);
  await expect(log.store.evidence(flipped.digest)).rejects.toBeInstanceOf(EvidenceDamaged);
  await expect(log.store.evidence(cut.digest)).rejects.toBeInstanceOf(EvidenceDamaged);
});

test('pieces that are put together share frames, come back one by one, and are damaged with their frame', async () => {
  const pieces = Array.from({ length: 20 }, (_, i) =>
    evidenceOf(`{"package":"left-pad-${i}","licence":"WTFPL","vulnerabilities":[]}`),
  );
  await log.store.putEvidence(pieces);
  for (const { digest, bytes } of pieces)
    expect(Buffer.from((await log.store.evidence(digest))?.bytes ?? '')).toEqual(bytes);
  expect(await log.store.allEvidence(pieces.map(({ digest }) => digest))).toEqual(
    new Map(pieces.map((piece) => [piece.digest, { ...piece, bytes: expect.anything() as unknown }])),
  );
  const { rows } = await log.pool.query<{ frame: string }>(
    'SELECT DISTINCT frame FROM log.evidence WHERE digest = ANY($1) ORDER BY frame',
    [pieces.map(({ digest }) => digest)],
  );
  expect(rows).toHaveLength(4);
  await log.owner.query(
    'UPDATE log.evidence_frame SET bytes = set_byte(bytes, 1, get_byte(bytes, 1) # 1) WHERE id = $1',
    [rows[0]?.frame],
  );
  await expect(log.store.evidence(pieces[3]?.digest ?? '')).rejects.toBeInstanceOf(EvidenceDamaged);
  await log.owner.query('DELETE FROM log.evidence_frame WHERE id = $1', [rows[1]?.frame]);
  await expect(log.store.evidence(pieces[7]?.digest ?? '')).rejects.toBeInstanceOf(EvidenceDamaged);
  expect(await log.store.evidence(pieces[17]?.digest ?? '')).toMatchObject({ kind: 'facts' });
});

test('evidence under a digest that is not its own is refused', async () => {
  await expect(log.store.putEvidence([{ ...evidenceOf('a'), digest: digestOf('b') }])).rejects.toThrow('but hashes to');
});
