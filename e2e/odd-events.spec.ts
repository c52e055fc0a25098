import { rmSync } from 'node:fs';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWeir, type Weir } from '../apps/weir/dist/compose/start-weir.js';
import { chanceOf, givenSeed } from '../tools/testing/random-cases.js';
import { eventsAtLimits } from './events/events-at-limits.js';
import { oddAdvisories, oddEvent } from './events/odd-event.js';
import { sendBinaryEvent } from './events/send-binary-event.js';
import { sendEvents, sendOddEvents } from './events/send-odd-events.js';
import { decisionsInLog } from './harness/decisions-in-log.js';
import { ask, post } from './harness/http.js';
import { databaseUrlOf, temporaryFolder } from './harness/weir-process.js';
import { readDeadLetters } from './stories/judge/read-dead-letters.js';

/** Every policy of the library that reads what a registry says, so that a part that breaks a policy shows too. */
const POLICIES = [
  'unknown-or-copyleft-licence',
  'gpl-anywhere',
  'gpl-in-production',
  'published-too-recently',
  'malicious-package',
];
const BATCH = 100;
/** So long events are sent; at least so many, whatever the machine. */
const SENDING_MS = 30_000;
const LEAST_BATCHES = 10;
/** Events of each batch that are sent one by one, with their attributes in headers. */
const BINARY = 15;

const folder = temporaryFolder();
let weir: Weir;
let database: pg.Client;

beforeAll(async () => {
  weir = await startWeir({
    dataDirectory: folder,
    port: 0,
    clock: () => new Date(),
    logger: pino({ level: 'silent' }),
    env: { ...process.env, HOST: '127.0.0.1', FEEDS_INTERVAL_MINUTES: '1000' },
  });
  for (const template of POLICIES) {
    const { body } = await post<{ policyId: string }>(weir.url, '/v1/policies', { template });
    expect(await post(weir.url, `/v1/policies/${body.policyId}/activate`, {})).toMatchObject({ status: 200 });
  }
  const headers = { 'content-type': 'application/octet-stream' };
  const advisories = await fetch(`${weir.url}/v1/feeds/osv`, { method: 'POST', headers, body: oddAdvisories() });
  expect([advisories.status, await advisories.text()]).toEqual([200, expect.stringContaining('"added":5') as string]);
  database = new pg.Client({ connectionString: databaseUrlOf(folder) });
  await database.connect();
});

afterAll(async () => {
  await database.end();
  await weir.close();
  rmSync(folder, { recursive: true, force: true });
});

test('every text of an event is refused by the name of its field, or the event is decided', async () => {
  const seed = givenSeed();
  console.log(`SEED=${seed} npx vitest run --project e2e e2e/odd-events.spec.ts`);
  const chance = chanceOf(seed);
  const accepted = new Map<string, string>();
  const refused = new Map<string, readonly string[]>();
  const until = Date.now() + SENDING_MS;
  for (let batch = 0; batch < LEAST_BATCHES || Date.now() < until; batch += 1) {
    const ids = Array.from({ length: BATCH }, (_, index) => `odd-${batch}-${index}`);
    const sent = await sendOddEvents(weir.url, chance, ids);
    for (const [id, key] of sent.accepted) accepted.set(id, key);
    for (const [id, pointers] of sent.refused) refused.set(id, pointers);
    expect(ids.filter((id) => !sent.accepted.has(id) && !sent.refused.has(id))).toEqual([]);
    for (let index = 0; index < BINARY; index += 1) {
      const id = `binary-${batch}-${index}`;
      const outcome = await sendBinaryEvent(weir.url, chance, oddEvent(chance, id));
      if ('refused' in outcome) refused.set(id, outcome.refused);
      else accepted.set(outcome.id, outcome.key);
    }
  }
  await expectDecided(accepted);
  await expectReadable([...accepted.values()].slice(0, 200));
  // Both happen, so that neither half of the oracle is idle.
  console.log(`${accepted.size} decided, ${refused.size} refused, for ${fieldsOf(refused).join(', ')}`);
  expect(accepted.size).toBeGreaterThan(refused.size / 10);
  expect(refused.size).toBeGreaterThan(100);
  expect(fieldsOf(refused)).toEqual(
    expect.arrayContaining([
      '/data/purl',
      '/data/publishedAt',
      '/data/digest',
      '/time',
      '/purl',
      '/ce-source',
      '/ce-id',
    ]),
  );
});

test('what is as long as it may be is decided, and one more is refused, whether in a body or in headers', async () => {
  const chance = chanceOf(givenSeed());
  const accepted = new Map<string, string>();
  const refused = new Map<string, readonly string[]>();
  for (const event of eventsAtLimits()) {
    const batch = await sendEvents(weir.url, [{ id: String(event['id']), event }]);
    const headers = await sendBinaryEvent(weir.url, chance, { ...event, id: `h-${String(event['id'])}`.slice(0, 120) });
    for (const [id, key] of batch.accepted) accepted.set(id, key);
    for (const [id, pointers] of batch.refused) refused.set(id, pointers);
    if ('refused' in headers) refused.set(`h-${String(event['id'])}`, headers.refused);
    else accepted.set(headers.id, headers.key);
  }
  await expectDecided(accepted);
  await expectReadable([...accepted.values()]);
  console.log(`${accepted.size} at their limits decided, ${refused.size} over them refused`);
  expect(accepted.size).toBeGreaterThan(200);
  expect(refused.size).toBeGreaterThan(60);
});

test.each([
  ['U+0000 in the id of a header', { 'ce-id': 'nul-%00-1' }, 'pkg:npm/a@1', '/ce-id'],
  ['a subject over 2,000 bytes with its repository', {}, `pkg:npm/${'a'.repeat(2_020)}@1`, '/purl'],
])('%s is refused, where it was accepted once and never decided', async (_, headers, purl, pointer) => {
  const answer = await fetch(`${weir.url}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'case-1',
      'ce-source': '/registry',
      'ce-type': 'dev.weir.package.published.v1',
      ...headers,
    },
    body: JSON.stringify({ repository: { name: 'npm-dev' }, purl }),
  });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 422,
    body: { errors: [{ pointer }] },
  });
});

const expectDecided = async (accepted: ReadonlyMap<string, string>): Promise<void> => {
  await weir.settled(300_000);
  expect(await readDeadLetters(database)).toEqual([]);
  const decisions = await decisionsInLog(database);
  const undecided = [...accepted].filter(([id]) => decisions.get(id)?.times !== 1);
  expect(undecided).toEqual([]);
};

const fieldsOf = (refused: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  [
    ...new Set(
      [...refused.values()]
        .flat()
        .map((path) => path.replace(/\/\d+(?=\/|$)/g, '/N').replace(/^(\/data\/license)\/[^]*/, '$1/...')),
    ),
  ].sort();

/** What was decided can be read where people look. */
const expectReadable = async (keys: readonly string[]): Promise<void> => {
  for (const key of keys) {
    const purl = key.slice(key.indexOf('pkg:'));
    const answer = await ask(weir.url, `/v1/packages/${encodeURIComponent(purl)}`);
    expect({ purl, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  }
};
