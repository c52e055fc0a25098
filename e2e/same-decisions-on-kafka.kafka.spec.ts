import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { freshTopics } from '../tools/testing/fresh-topics.js';
import { playStory } from './harness/play-story.js';
import { startServicesOnKafka } from './harness/services-on-kafka.js';
import { databaseUrlOf, removeFolder, startWeirProcess, temporaryFolder } from './harness/weir-process.js';

const folders = { embedded: temporaryFolder(), kafka: temporaryFolder(), today: temporaryFolder() };
afterAll(() => {
  for (const folder of Object.values(folders)) removeFolder(folder);
});

/** What was decided about each package because of events and scores; what time alone led to depends on the day of the run. */
const DECISIONS = `
  SELECT subject, data::jsonb #>> '{cause,kind}' AS cause, data::jsonb -> 'factsDigest' IS NOT NULL AS "hasFacts",
         data::jsonb #> '{desired,state}' AS state, data::jsonb #> '{desired,tags}' AS tags,
         (SELECT jsonb_agg(jsonb_build_array(r ->> 'name', r -> 'match', r -> 'reasons', r -> 'error') ORDER BY r ->> 'name')
            FROM jsonb_array_elements(data::jsonb -> 'results') AS r) AS results
    FROM log.event WHERE type = 'DecisionRecorded' AND data::jsonb #>> '{cause,kind}' IN ('observation', 'feed')
   ORDER BY subject, position`;

const decisionsIn = async (databaseUrl: string): Promise<readonly unknown[]> => {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const { rows } = await database.query<Record<string, unknown>>(DECISIONS);
  await database.end();
  return rows;
};

const decisionsAfterTheDemo = async (folder: string, env: NodeJS.ProcessEnv): Promise<readonly unknown[]> => {
  const weir = await startWeirProcess(folder, env, ['--demo']);
  const decisions = await decisionsIn(databaseUrlOf(folder));
  expect(await weir.end('SIGTERM')).toBe(0);
  return decisions;
};

test("on Kafka the demo's events lead to the same decisions as in the embedded system", async () => {
  const brokers = inject('kafkaBrokers').join(',');
  await freshTopics(inject('kafkaBrokers'));
  const embedded = await decisionsAfterTheDemo(folders.embedded, {});
  const onKafka = await decisionsAfterTheDemo(folders.kafka, { KAFKA_BROKERS: brokers });
  expect(embedded.length).toBe(368 + 125);
  expect(onKafka).toEqual(embedded);
}, 300_000);

/** The story as of today: services of their own have the clock of the machine, so the embedded system gets no other. */
test('five services started one by one decide the same as the embedded system', async () => {
  const brokers = inject('kafkaBrokers');
  const weir = await startWeirProcess(folders.today);
  const databaseUrl = databaseUrlOf(folders.today);
  await playStory({ ingest: weir.url, enrichment: weir.url, api: weir.url, databaseUrl, brokers: undefined });
  const embedded = await decisionsIn(databaseUrl);
  expect(await weir.end('SIGTERM')).toBe(0);

  const services = await startServicesOnKafka(brokers, ['ingest', 'enrichment', 'evaluation', 'action', 'api']);
  try {
    const urlOf = (name: string): string => services.service(name).url;
    await playStory({ ingest: urlOf('ingest'), enrichment: urlOf('enrichment'), api: urlOf('api'), databaseUrl: services.databaseUrl, brokers: brokers.join(',') });
    expect(embedded.length).toBe(368 + 125);
    expect(await decisionsIn(services.databaseUrl)).toEqual(embedded);
  } finally {
    await services.stop();
  }
}, 300_000);
