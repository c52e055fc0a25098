import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Logger } from '@weir/postgres';
import { pino } from 'pino';
import type pg from 'pg';
import { startWeir, type Weir } from '../../apps/weir/src/compose/start-weir.js';
import { demoSnapshot } from '../../apps/weir/src/demo/demo-snapshot.js';
import { storyBegins } from '../../apps/weir/src/demo/play-demo.js';
import { storyClock, type StoryClock } from '../../apps/weir/src/demo/story-clock.js';
import { weirClient } from '../../apps/weir/src/demo/weir-client.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';

/** A whole system after two days of the demo, with a policy of its own beside the library's and a webhook that nobody answers. */
export interface PlayedSystem {
  readonly database: TestDatabase;
  /** Connected as the owner: may do what nobody should. */
  readonly owner: pg.Pool;
  /** Connected as the services. */
  readonly pool: pg.Pool;
  readonly clock: () => Date;
  /** Starts it on its data; it stands still when it comes back from `playSystem`. */
  start(logger?: Logger): Promise<Weir>;
  drop(): Promise<void>;
}

const OWN_POLICY = `package cloudsmith
default match := false
match if startswith(input.v1.package.name, "lodash")
reason contains sprintf("it is lodash, by advisories of %v", [input.v1.freshness.osv]) if match
`;

/** Two days of the demo's data, as far as some sixty packages go. */
const play = async (weir: Weir, story: StoryClock): Promise<void> => {
  const client = weirClient(weir.url);
  await client.upload('/v1/feeds/osv', demoSnapshot.advisories);
  await client.upload('/v1/feeds/kev', demoSnapshot.knownExploited);
  await sendScores(weir, '2026-06-14');
  for (const draft of demoSnapshot.policies()) {
    const { policyId } = await client.post<{ policyId: string }>('/v1/policies', draft);
    await client.post(`/v1/policies/${policyId}/activate`, {});
  }
  const events = demoSnapshot.events().filter((_, index) => index % 7 === 0);
  await client.post('/v1/events', events, 'application/cloudevents-batch+json');
  await weir.settled();
  story.jumpTo('2026-08-02T12:00:00.000Z');
  await sendScores(weir, '2026-08-02');
  await weir.settled();
};

/** The scores of what the advisories name. */
const sendScores = async (weir: Weir, day: string): Promise<void> => {
  const lines = gunzipSync(readFileSync(demoSnapshot.scores(day)))
    .toString('utf8')
    .split('\n');
  const advised = new Set(
    gunzipSync(readFileSync(demoSnapshot.advisories))
      .toString('utf8')
      .match(/CVE-\d+-\d+/g),
  );
  const body = lines.filter((line, index) => index < 2 || advised.has(line.split(',')[0] ?? '')).join('\n');
  const headers = { 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${weir.url}/v1/feeds/epss`, { method: 'POST', headers, body: `${body}\n` });
  if (!answer.ok) throw new Error(`The scores of ${day} were refused: ${await answer.text()}`);
};

const WEBHOOKS = JSON.stringify([
  {
    name: 'nobody',
    url: 'http://127.0.0.1:1/',
    secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`],
    allowPrivate: true,
  },
]);

export const playSystem = async (): Promise<PlayedSystem> => {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'weir-played-'));
  const story = storyClock();
  story.jumpTo(storyBegins);
  const clock = (): Date => story.now();
  const start = (logger: Logger = pino({ level: 'silent' })): Promise<Weir> =>
    startWeir({
      dataDirectory: folder,
      port: 0,
      clock,
      logger,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        DATABASE_URL: database.serviceUrl,
        DATABASE_OWNER_URL: database.ownerUrl,
        WEBHOOKS,
        WEBHOOK_FIRST_RETRY_MS: '600000',
        PARTITIONS: '2',
      },
    });
  const weir = await start();
  try {
    const client = weirClient(weir.url);
    const draft = {
      name: 'Lodash is tagged',
      rego: OWN_POLICY,
      actions: [{ type: 'AddPackageTags', tags: ['lodash'] }],
    };
    const { policyId } = await client.post<{ policyId: string }>('/v1/policies', draft);
    await client.post(`/v1/policies/${policyId}/activate`, {});
    await play(weir, story);
  } finally {
    await weir.close();
  }
  const [owner, pool] = [openTestPool(database.ownerUrl, 4), openTestPool(database.serviceUrl, 4)];
  const drop = async (): Promise<void> => {
    await Promise.all([owner.end(), pool.end()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { database, owner, pool, clock, start, drop };
};
