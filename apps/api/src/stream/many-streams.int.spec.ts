import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';

const WITHIN = { timeout: 30_000, interval: 20 };
const DECISIONS = 1_900;

let database: ApiDatabase;
let api: TestApi;
let reads = 0;
const open: AbortController[] = [];

beforeAll(async () => {
  database = await createApiDatabase();
  await appendDecisions(
    database.store,
    'evaluation/0',
    Array.from({ length: DECISIONS }, (_, index) => ({ name: `p${index}` })),
  );
});
afterEach(async () => {
  open.splice(0).forEach((one) => one.abort());
  await api.close();
});
afterAll(() => database.drop());

const serve = async (streams: { readonly each: number; readonly all: number }): Promise<void> => {
  reads = 0;
  const streamStore: Pick<ApiDatabase['store'], 'read'> = {
    read: (shard, from) => {
      reads += 1;
      return database.store.read(shard, from);
    },
  };
  api = await startApi(database, { streams, streamStore });
  await vi.waitFor(
    async () => expect((await api.get('/v1/summary')).body).toMatchObject({ packages: { total: DECISIONS } }),
    WITHIN,
  );
};

const ask = (lastEventId?: string): Promise<Response> => {
  const stop = new AbortController();
  open.push(stop);
  return fetch(`${api.url}/v1/stream`, {
    signal: stop.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
};

/** The positions that a stream tells, until it told of so many decisions. */
const positionsOf = async (response: Response, count: number): Promise<readonly number[]> => {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if ((text.match(/^data: /gm) ?? []).length >= count) break;
  }
  return [...text.matchAll(/^id: 0\.(\d+)\nevent: decision$/gm)].map(([, position]) => Number(position));
};

test('many streams from the start of the log get every decision once, and what they share is read once', async () => {
  await serve({ each: 100, all: 100 });
  const responses = await Promise.all(Array.from({ length: 60 }, () => ask('0.0')));
  const wanted = Array.from({ length: DECISIONS }, (_, index) => index + 1);
  for (const positions of await Promise.all(responses.map((response) => positionsOf(response, DECISIONS))))
    expect(positions).toEqual(wanted);
  // One by one they would be 60 times ten pages.
  expect(reads).toBeLessThan(100);
});

test('streams that begin at different places get what follows, each', async () => {
  await serve({ each: 100, all: 100 });
  const starts = [0, 1, 199, 200, 201, 777, DECISIONS - 1];
  const responses = await Promise.all(starts.map((start) => ask(`0.${start}`)));
  const got = await Promise.all(
    responses.map((response, index) => positionsOf(response, DECISIONS - (starts[index] ?? 0))),
  );
  for (const [index, start] of starts.entries())
    expect(got[index]).toEqual(Array.from({ length: DECISIONS - start }, (_, one) => start + one + 1));
});

test('one address has so many streams at once, and one more when it closed one', async () => {
  await serve({ each: 3, all: 100 });
  for (let count = 0; count < 3; count += 1) expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('STREAMS_EACH') as string });
  open.shift()?.abort();
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), WITHIN);
});

test('all together are so many, and asking for the head of one takes no place', async () => {
  await serve({ each: 100, all: 2 });
  for (let count = 0; count < 5; count += 1)
    expect((await fetch(`${api.url}/v1/stream`, { method: 'HEAD' })).status).toBe(200);
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), WITHIN);
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), WITHIN);
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('STREAMS') as string });
});
