import { join } from 'node:path';
import { withClient } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { startPostgresOf } from '../../tools/testing/postgres-versions.js';
import { ask, askUntil, post, publication } from '../harness/http.js';
import { removeFolder, runWeir, startWeirProcess, temporaryFolder, type RunningWeir } from '../harness/weir-process.js';
import { runTool } from './run-tool.js';

const folder = temporaryFolder();
let postgres: EmbeddedPostgres;
let stop: () => Promise<void>;

beforeAll(async () => {
  // pg_dump of a distribution is often older than the newest server, and refuses it.
  ({ postgres, stop } = await startPostgresOf(15, folder));
});
afterAll(async () => {
  await stop?.();
  removeFolder(folder);
});

const start = (): Promise<RunningWeir> =>
  startWeirProcess(join(folder, 'claim'), {
    DATABASE_URL: postgres.serviceUrl,
    DATABASE_OWNER_URL: postgres.ownerUrl,
  });
const purl = (name: string): string => `pkg:npm/${name}@1.0.0`;
const send = (weir: RunningWeir, name: string) =>
  post(
    weir.url,
    '/v1/events',
    publication(name, purl(name), { license: 'GPL-3.0-only' }),
    'application/cloudevents+json',
  );
const verdictPath = (name: string): string => `/v1/verdict?purl=${encodeURIComponent(purl(name))}&repository=npm-dev`;
const untilJudged = (weir: RunningWeir, name: string) =>
  askUntil(weir.url, verdictPath(name), ({ status }) => status === 200);
const decisionsIn = (databaseUrl: string): Promise<readonly string[]> =>
  withClient({ databaseUrl, name: 'test' }, async (client) => {
    const asked = `SELECT subject FROM log.event WHERE type = 'DecisionRecorded' ORDER BY subject`;
    return (await client.query<{ subject: string }>(asked)).rows.map(({ subject }) => subject);
  });
const verified = async (): Promise<string> =>
  (await runWeir(['log', 'verify', '--database', postgres.serviceUrl])).stdout;

test('a dump of the running system, restored by the commands of the how-to, is whole and goes on', async () => {
  const dump = join(folder, 'weir.dump');
  const first = await start();
  const { body } = await post(first.url, '/v1/policies', { template: 'gpl-anywhere' });
  await post(first.url, `/v1/policies/${String(body['policyId'])}/activate`, {});
  await send(first, 'before');
  await untilJudged(first, 'before');
  expect(runTool('pg_dump', ['--format=custom', `--file=${dump}`, postgres.ownerUrl])).toMatchObject({ code: 0 });
  await send(first, 'after');
  await untilJudged(first, 'after');
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await decisionsIn(postgres.ownerUrl)).toHaveLength(2);

  const administrator = Object.assign(new URL(postgres.ownerUrl), { pathname: '/postgres' }).href;
  const again = [
    'DROP DATABASE weir WITH (FORCE)',
    `CREATE DATABASE weir OWNER ${new URL(postgres.ownerUrl).username}`,
  ];
  for (const statement of again)
    expect(runTool('psql', [administrator, '-c', statement]), statement).toMatchObject({ code: 0 });
  const restored = runTool('pg_restore', ['--exit-on-error', '--dbname', postgres.ownerUrl, dump]);
  expect(restored, restored.stderr).toMatchObject({ code: 0 });
  expect(await verified()).toContain('The log is whole');

  const second = await start();
  expect((await untilJudged(second, 'before')).body).toMatchObject({ state: 'quarantined' });
  expect((await ask(second.url, verdictPath('after'))).status, 'lost with the topics, so it is told again').toBe(404);
  for (const name of ['before', 'after', 'new']) await send(second, name);
  for (const name of ['after', 'new'])
    expect((await untilJudged(second, name)).body).toMatchObject({ state: 'quarantined' });
  await askUntil(second.url, '/v1/effects', ({ body: told }) => (told as { effects: unknown[] }).effects.length === 3);
  const views = await runWeir(['views', 'verify', '--database', postgres.serviceUrl]);
  expect(views, views.stdout + views.stderr).toMatchObject({ code: 0 });
  expect(await second.end('SIGTERM')).toBe(0);
  expect(await decisionsIn(postgres.ownerUrl), 'what was decided is decided once').toHaveLength(3);
  expect(await verified()).toContain('The log is whole');
});
