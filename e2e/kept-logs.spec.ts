import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { allMigrations, migrate } from '../apps/weir/src/compose/migrate-database.js';
import { askUntil, post } from './harness/http.js';
import {
  removeFolder,
  repositoryRoot,
  runWeir,
  startWeirProcess,
  temporaryFolder,
  type RunningWeir,
} from './harness/weir-process.js';
import { loadRows, migrationsOf, readKeptLog } from './kept-logs/load-kept-log.js';
import { event, scoresOf } from './kept-logs/story-data.js';
import { answersOf } from './kept-logs/tell-story.js';

const folder = join(repositoryRoot, 'e2e', 'fixtures', 'kept-logs');
const keptLogs = globSync('*.jsonl.gz', { cwd: folder }).map((file) => basename(file, '.jsonl.gz'));
const PARTITIONS = '2';

interface Verdict {
  readonly state: string;
}

const verdictOf = (name: string): string =>
  `/v1/verdict?purl=${encodeURIComponent(`pkg:npm/${name}`)}&repository=npm-production`;

test('there is a log of the version before', () => {
  expect(keptLogs.length).toBeGreaterThan(0);
});

describe.each(keptLogs)('a log that was written by %s', (kept) => {
  const lines = readKeptLog(join(folder, `${kept}.jsonl.gz`));
  const answers = JSON.parse(readFileSync(join(folder, `${kept}.answers.json`), 'utf8')) as Record<string, unknown>;
  const [server, data] = [temporaryFolder(), temporaryFolder()];
  let postgres: EmbeddedPostgres;
  let weir: RunningWeir;

  const verified = async () => {
    const { code, stdout } = await runWeir(['log', 'verify', '--json'], { DATABASE_URL: postgres.ownerUrl });
    return { code, ...(JSON.parse(stdout) as { valid: boolean; events: number }) };
  };

  const send = async (one: unknown): Promise<number> =>
    (await post(weir.url, '/v1/events', one, 'application/cloudevents+json')).status;

  beforeAll(async () => {
    postgres = await startEmbeddedPostgres(server);
    expect(await migrate(postgres.ownerUrl, { only: migrationsOf(lines) })).toEqual(migrationsOf(lines));
    await loadRows(postgres.ownerUrl, lines);
  });
  afterAll(async () => {
    await weir?.end('SIGTERM');
    await postgres?.stop();
    [server, data].forEach(removeFolder);
  });

  test('has the schema of that version, and is brought up to date', async () => {
    const { code, stdout } = await runWeir(['migrate', '--json'], { DATABASE_URL: postgres.ownerUrl });
    const missing = allMigrations
      .map((Migration) => new Migration().name)
      .filter((name) => !migrationsOf(lines).includes(name));
    expect({ code, applied: (JSON.parse(stdout) as { applied: string[] }).applied.toSorted() }).toEqual({
      code: 0,
      applied: missing.toSorted(),
    });
  });

  test('is whole', async () => {
    expect(await verified()).toMatchObject({ code: 0, valid: true });
  });

  test('is read as before: the same policies, and every package in the same state for the same reasons', async () => {
    weir = await startWeirProcess(data, { PARTITIONS, DATABASE_URL: postgres.serviceUrl });
    const now = (await answersOf(weir.url)) as Record<string, unknown>;
    expect(now['packages']).toEqual(answers['packages']);
    expect(now).toMatchObject(answers);
  });

  test('is judged on: a new event by the old policies, and an old package when a feed changes', async () => {
    const { events } = await verified();
    expect(await send(event('published', 'left-pad@1.2.0', { id: 'after' }))).toBe(202);
    expect(
      (await askUntil<Verdict>(weir.url, verdictOf('left-pad@1.2.0'), ({ status }) => status === 200)).body.state,
    ).toBe('quarantined');
    const scores = scoresOf('2026-08-02')
      .replaceAll('2026-08-02', '2026-08-03')
      .replace(/^CVE-2021-23337,.*$/m, 'CVE-2021-23337,0.95,0.99');
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await fetch(`${weir.url}/v1/feeds/epss`, { method: 'POST', headers, body: scores })).status).toBe(200);
    const isHeld = ({ body }: { readonly body: Verdict }) => body.state === 'quarantined';
    expect((await askUntil<Verdict>(weir.url, verdictOf('lodash@4.17.20'), isHeld)).body.state).toBe('quarantined');
    const after = await verified();
    expect(after).toMatchObject({ code: 0, valid: true });
    expect(after.events).toBeGreaterThan(events + 1);
  });

  test('knows the observations of that version: one that comes again is not judged again', async () => {
    const again = event('published', 'lodash@4.17.20', { license: 'MIT', id: 'first' });
    expect(await send(again)).toBe(202);
    expect(await send(event('published', 'after@1.0.0', { license: 'MIT', id: 'last' }))).toBe(202);
    await askUntil<Verdict>(weir.url, verdictOf('after@1.0.0'), ({ status }) => status === 200);
    expect(await decisionsNaming(postgres.ownerUrl, 'first')).toBe(1);
    expect(await decisionsNaming(postgres.ownerUrl, 'last')).toBe(1);
  });
});

/** How many decisions the log holds whose cause is the observation of that id. */
const decisionsNaming = async (ownerUrl: string, id: string): Promise<number> => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM log.event WHERE type = 'DecisionRecorded' AND data::jsonb #>> '{cause,observation,id}' = $1`,
      [id],
    );
    return rows[0]?.count ?? -1;
  } finally {
    await client.end();
  }
};
