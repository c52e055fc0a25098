import { TOPICS } from '@weir/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';
import { tellUnheard } from './tell-unheard.js';

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  api = await startApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const telling = (system: 'postgresql' | 'kafka' = 'postgresql') => {
  const said: string[] = [];
  const logger = pino({}, { write: (line) => void said.push((JSON.parse(line) as { msg: string }).msg) });
  const { pool, topics } = database;
  return { tell: tellUnheard({ pool, topics: { ...topics, system }, clock: () => new Date(0), logger }), said };
};

test('decisions without an event on the topics in PostgreSQL: that others have Kafka is said once; with one, never', async () => {
  const quiet = telling();
  await quiet.tell();
  expect(quiet.said).toEqual([]);
  await appendDecisions(database.store, 'evaluation/0', [{ name: 'elsewhere' }]);
  await vi.waitFor(async () =>
    expect((await api.get(`/v1/verdict?purl=${encodeURIComponent('pkg:npm/elsewhere@1.0.0')}`)).status).toBe(200),
  );
  await quiet.tell();
  await quiet.tell();
  expect(quiet.said).toEqual([expect.stringMatching(/KAFKA_BROKERS/)]);

  const onKafka = telling('kafka');
  await onKafka.tell();
  const heard = telling();
  const message = {
    topic: TOPICS.observed,
    key: 'default/npm-dev/pkg:npm/here@1.0.0',
    headers: {},
    value: Buffer.of(),
  };
  await database.topics.publish([message]);
  await heard.tell();
  expect([onKafka.said, heard.said]).toEqual([[], []]);
});
