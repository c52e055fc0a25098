import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { freshTopics } from '../tools/testing/fresh-topics.js';
import { playStory } from './harness/play-story.js';
import { startServicesOnKafka } from './harness/services-on-kafka.js';
import {
  databaseUrlOf,
  removeFolder,
  serviceUrlOf,
  startWeirProcess,
  temporaryFolder,
} from './harness/weir-process.js';

const folders = { embedded: temporaryFolder(), kafka: temporaryFolder(), today: temporaryFolder() };
afterAll(() => {
  for (const folder of Object.values(folders)) removeFolder(folder);
});

const ANSWERS = `
  data::jsonb #> '{desired,state}' AS state, data::jsonb #> '{desired,tags}' AS tags,
  (SELECT jsonb_agg(jsonb_build_array(r ->> 'name', r -> 'match', r -> 'reasons', r -> 'error') ORDER BY r ->> 'name')
     FROM jsonb_array_elements(data::jsonb -> 'results') AS r) AS results`;

/** What each event led to. */
const DECISIONS = `
  SELECT subject, data::jsonb -> 'factsDigest' IS NOT NULL AS "hasFacts", ${ANSWERS}
    FROM log.event WHERE type = 'DecisionRecorded' AND data::jsonb #>> '{cause,kind}' = 'observation' ORDER BY subject, position`;

/** How each package stood at last before $1: whether a score or the passing of time came first is for chance. */
const STANDINGS = `
  SELECT DISTINCT ON (subject) subject, ${ANSWERS}
    FROM log.event WHERE type = 'DecisionRecorded' AND data::jsonb ->> 'decidedAt' < $1 ORDER BY subject, position DESC`;

/** Packages that were judged again because of scores, whatever came of it. */
const JUDGED_AGAIN = `
  SELECT coalesce(sum(coalesce(jsonb_array_length(data::jsonb -> 'packages'), 1)), 0)::float8 AS packages
    FROM log.event WHERE type IN ('DecisionRecorded', 'JudgementsConfirmed') AND data::jsonb #>> '{cause,feed}' = 'epss'`;

interface Judged {
  readonly decisions: readonly unknown[];
  readonly standings: readonly unknown[];
  readonly judgedAgain: number | undefined;
}

const judgedIn = async (databaseUrl: string, before: string): Promise<Judged> => {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const decisions = await database.query<Record<string, unknown>>(DECISIONS);
  const standings = await database.query<Record<string, unknown>>(STANDINGS, [before]);
  const again = await database.query<{ packages: number }>(JUDGED_AGAIN);
  await database.end();
  return { decisions: decisions.rows, standings: standings.rows, judgedAgain: again.rows[0]?.packages };
};

const EVENTS = 368;
const PACKAGES_WITH_MOVED_SCORES = 125;
/** The demo's second day is over; what comes then depends on the day of the run. */
const AFTER_THE_DEMO = '2026-08-03';
const WHENEVER = '9999';

const decisionsAfterTheDemo = async (folder: string, env: NodeJS.ProcessEnv): Promise<Judged> => {
  const weir = await startWeirProcess(folder, env, ['--demo']);
  const judged = await judgedIn(databaseUrlOf(folder), AFTER_THE_DEMO);
  expect(await weir.end('SIGTERM')).toBe(0);
  return judged;
};

test("on Kafka the demo's events lead to the same decisions as in the embedded system", async () => {
  const brokers = inject('kafkaBrokers').join(',');
  await freshTopics(inject('kafkaBrokers'));
  const embedded = await decisionsAfterTheDemo(folders.embedded, {});
  const onKafka = await decisionsAfterTheDemo(folders.kafka, { KAFKA_BROKERS: brokers });
  expect(embedded).toMatchObject({ decisions: { length: EVENTS }, judgedAgain: PACKAGES_WITH_MOVED_SCORES });
  expect(onKafka).toEqual(embedded);
}, 300_000);

/** The story as of today: services of their own have the clock of the machine, so the embedded system gets no other. */
test('five services started one by one decide the same as the embedded system', async () => {
  const brokers = inject('kafkaBrokers');
  const weir = await startWeirProcess(folders.today);
  const databaseUrl = serviceUrlOf(folders.today);
  await playStory({ ingest: weir.url, enrichment: weir.url, api: weir.url, databaseUrl, brokers: undefined });
  const embedded = await judgedIn(databaseUrl, WHENEVER);
  expect(await weir.end('SIGTERM')).toBe(0);

  const services = await startServicesOnKafka(brokers, ['ingest', 'enrichment', 'evaluation', 'action', 'api']);
  try {
    const urlOf = (name: string): string => services.service(name).url;
    await playStory({
      ingest: urlOf('ingest'),
      enrichment: urlOf('enrichment'),
      api: urlOf('api'),
      databaseUrl: services.databaseUrl,
      brokers: brokers.join(','),
    });
    expect(embedded).toMatchObject({ decisions: { length: EVENTS }, judgedAgain: PACKAGES_WITH_MOVED_SCORES });
    expect(await judgedIn(services.databaseUrl, WHENEVER)).toEqual(embedded);
  } finally {
    await services.stop();
  }
}, 300_000);
