import { openTopics } from '@weir/messaging';
import { createLogger } from '@weir/service';
import { openTestPool } from '../../tools/testing/test-pool.js';
import { waitUntilSettled } from '../../apps/weir/src/compose/wait-until-settled.js';
import { demoSnapshot } from '../../apps/weir/src/demo/demo-snapshot.js';
import { weirClient } from '../../apps/weir/src/demo/weir-client.js';

/** A system that is running: where its services listen, and what it keeps its data in. */
export interface RunningSystem {
  readonly ingest: string;
  readonly enrichment: string;
  readonly api: string;
  readonly databaseUrl: string;
  /** Undefined where the topics are in PostgreSQL. */
  readonly brokers: string | undefined;
}

const PARTITIONS = 4;
const BATCH = 100;

/** The demo's feeds, policies and publications, then the scores of a second day; resolves once nothing is under way. */
export const playStory = async (system: RunningSystem): Promise<void> => {
  const [ingest, enrichment, api] = [weirClient(system.ingest), weirClient(system.enrichment), weirClient(system.api)];
  await enrichment.upload('/v1/feeds/osv', demoSnapshot.advisories);
  await enrichment.upload('/v1/feeds/kev', demoSnapshot.knownExploited);
  await enrichment.upload('/v1/feeds/epss', demoSnapshot.scores('2026-06-14'));
  for (const draft of demoSnapshot.policies()) {
    const { policyId } = await api.post<{ policyId: string }>('/v1/policies', draft);
    await api.post(`/v1/policies/${policyId}/activate`, {});
  }
  const events = demoSnapshot.events();
  for (let from = 0; from < events.length; from += BATCH)
    await ingest.post('/v1/events', events.slice(from, from + BATCH), 'application/cloudevents-batch+json');
  await settle(system);
  await enrichment.upload('/v1/feeds/epss', demoSnapshot.scores('2026-08-02'));
  await settle(system);
};

const settle = async ({ databaseUrl, brokers }: RunningSystem): Promise<void> => {
  const pool = openTestPool(databaseUrl, 2);
  const topics = await openTopics(
    {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: brokers,
      PARTITIONS,
      TOPIC_PREFIX: '',
      KAFKA_TLS: 'false',
      TOPIC_DAYS: 0,
      DEAD_LETTER_DAYS: 0,
    },
    { clientId: 'test', logger: createLogger('test') },
  );
  try {
    await waitUntilSettled({ pool, topics, clock: () => new Date() }, 120_000);
  } finally {
    await topics.close();
    await pool.end();
  }
};
