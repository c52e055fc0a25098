import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { freshTopics } from '../tools/testing/fresh-topics.js';
import { databaseUrlOf, removeFolder, startWeirProcess, temporaryFolder } from './harness/weir-process.js';

const folders = { embedded: temporaryFolder(), kafka: temporaryFolder() };
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

const decisionsAfterTheDemo = async (folder: string, env: NodeJS.ProcessEnv): Promise<readonly unknown[]> => {
  const weir = await startWeirProcess(folder, env, ['--demo']);
  const database = new pg.Client({ connectionString: databaseUrlOf(folder) });
  await database.connect();
  const { rows } = await database.query<Record<string, unknown>>(DECISIONS);
  await database.end();
  expect(await weir.end('SIGTERM')).toBe(0);
  return rows;
};

test("on Kafka the demo's events lead to the same decisions as in the embedded system", async () => {
  const brokers = inject('kafkaBrokers').join(',');
  await freshTopics(inject('kafkaBrokers'));
  const embedded = await decisionsAfterTheDemo(folders.embedded, {});
  const onKafka = await decisionsAfterTheDemo(folders.kafka, { KAFKA_BROKERS: brokers });
  expect(embedded.length).toBe(368 + 125);
  expect(onKafka).toEqual(embedded);
}, 300_000);
