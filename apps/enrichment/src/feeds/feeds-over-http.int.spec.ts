import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ProcessPorts } from '@weir/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOPICS } from '@weir/contracts';
import { FEED_SHARD } from '@weir/domain';
import { pino } from 'pino';
import {
  enrichmentConfiguration,
  messageOf,
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { startTestService, type TestService } from '../../../../tools/testing/start-service.js';
import { composeEnrichment } from '../compose-enrichment.js';
import { loadFeed, type FeedPorts } from './load-feed.js';
import { openUrl } from './open-url.js';

const WITHIN = { timeout: 20_000 };

let enrichment: TestEnrichment;
let service: TestService;
let url: string;

const scores = (day: string, rows: string): Buffer =>
  gzipSync(`#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${rows}`);

beforeAll(async () => {
  enrichment = await openTestEnrichment();
  const { pool, store, topics } = enrichment;
  const config = enrichmentConfiguration(enrichment.databaseUrl, { FEEDS_MAX_FILE_MB: '1' });
  const compose = (ports: ProcessPorts) => composeEnrichment({ ...ports, pool, store, topics }, config);
  service = await startTestService('enrichment', compose, { clock: () => new Date(enrichment.clock.now) });
  ({ url } = service);
});

afterAll(async () => {
  await service.close();
  await enrichment.close();
});

const post = async (path: string, body: Buffer | string | undefined, type = 'application/octet-stream') => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
};

describe('POST /v1/feeds/{kind}', () => {
  test('loads the file that is its body and tells what changed', async () => {
    expect(
      await post('/v1/feeds/epss?name=today.csv.gz', scores('2026-06-01', 'CVE-2026-0001,0.5,0.9\nnonsense\n')),
    ).toMatchObject({
      status: 200,
      body: {
        feed: 'epss',
        revision: '2026-06-01',
        records: 2,
        added: 1,
        skippedRecords: 1,
        skipped: [{ line: 4 }],
        affectedPackages: 0,
      },
    });
  });

  test.each(['application/gzip', 'text/csv', 'application/zip', 'application/x-ndjson'])(
    'takes it as %s as well',
    async (type) => {
      expect(
        await post('/v1/feeds/epss?revision=mine', scores('2026-06-01', 'CVE-2026-0001,0.5,0.9\n'), type),
      ).toMatchObject({ status: 200, body: { revision: 'mine', changed: 0 } });
    },
  );

  test('takes a JSON feed as JSON', async () => {
    const record = {
      id: 'GHSA-http-0001-aaaa',
      modified: '2026-05-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: 'over-http' }, versions: ['1.0.0'] }],
    };
    expect(await post('/v1/feeds/osv', JSON.stringify(record), 'application/json')).toMatchObject({
      status: 200,
      body: { added: 1 },
    });
  });

  test('answers 422 with the line when the file cannot be read', async () => {
    expect(await post('/v1/feeds/epss', 'cve,epss,percentile\n')).toMatchObject({
      status: 422,
      type: expect.stringContaining('application/problem+json') as string,
      body: { detail: expect.stringContaining('Line 1') as string, errors: [{ pointer: '/1' }] },
    });
  });

  test('answers 409 for an older file, 413 for one over the limit, 422 for none, 400 for an unknown feed, 415 for another type', async () => {
    expect(await post('/v1/feeds/epss', scores('2026-05-01', 'CVE-2026-0001,0.5,0.9\n'))).toMatchObject({
      status: 409,
    });
    expect(await post('/v1/feeds/osv', Buffer.alloc(3 * 1024 * 1024, 0x61))).toMatchObject({ status: 413 });
    expect(await post('/v1/feeds/osv', Buffer.alloc(0))).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('empty') as string },
    });
    expect(await post('/v1/feeds/weather', 'x')).toMatchObject({ status: 400 });
    expect(await post('/v1/feeds/osv', 'x', 'image/png')).toMatchObject({ status: 415 });
  });

  test('leaves other routes as they were', async () => {
    expect(await post('/v1/feeds', 'x')).toMatchObject({ status: 405 });
    expect(await post('/health', 'x')).toMatchObject({ status: 405 });
    expect(await post('/nothing', 'x')).toMatchObject({ status: 404 });
  });
});

describe('a running service', () => {
  test('is ready, enriches what is observed, and looks again when a feed changes', async () => {
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const { topic, key, headers, value } = messageOf(observedOf('pkg:npm/over-http@1.0.0'));
    await enrichment.topics.publish([{ topic, key, headers, value }]);
    await expect.poll(() => enrichment.enriched(TOPICS.enriched), WITHIN).toHaveLength(1);
    const changed = {
      id: 'GHSA-http-0001-aaaa',
      modified: '2026-05-02T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: 'over-http' }, versions: ['2.0.0'] }],
    };
    expect(await post('/v1/feeds/osv', JSON.stringify(changed), 'application/json')).toMatchObject({
      body: { changed: 1, affectedPackages: 1 },
    });
    await expect.poll(() => enrichment.enriched(TOPICS.enrichedByFeed), WITHIN).toHaveLength(1);
    await expect
      .poll(async () => (await enrichment.pool.query('SELECT FROM intelligence.pending_reassessment')).rowCount, WITHIN)
      .toBe(0);
  });

  test('tells how fresh each feed is', async () => {
    enrichment.clock.now = '2026-06-14T13:00:00.000Z';
    const read = async () =>
      (await (await fetch(`${url}/v1/feeds`)).json()) as { feeds: readonly Record<string, unknown>[] };
    expect((await read()).feeds).toMatchObject([
      { feed: 'osv', asOf: '2026-05-02T00:00:00.000Z', loadedAt: '2026-06-14T12:00:00.000Z', stale: false },
      { feed: 'epss', revision: 'mine', asOf: '2026-06-01', stale: false },
      { feed: 'kev', revision: null, asOf: null, loadedAt: null, stale: true },
    ]);
    enrichment.clock.now = '2026-06-17T13:00:00.000Z';
    expect((await read()).feeds.map(({ stale }) => stale)).toEqual([true, true, true]);
  });
});

describe('a feed at a URL', () => {
  let server: Server;
  let feedUrl: string;
  let requests = 0;
  const elsewhere: unknown[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests += 1;
      if (request.url === '/elsewhere') elsewhere.push(request.headers.authorization);
      if (request.url === '/moved') response.writeHead(302, { location: '/epss' }).end();
      else if (request.headers['if-none-match'] === '"day-1"') response.writeHead(304).end();
      else if (request.url === '/epss')
        response.writeHead(200, { etag: '"day-1"' }).end(scores('2026-06-03', 'CVE-2026-0001,0.6,0.9\n'));
      else response.writeHead(404).end('not here');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    feedUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is fetched once: the next time its ETag says that nothing changed', async () => {
    expect(await enrichment.load('epss', `${feedUrl}/moved`)).toMatchObject({ revision: '2026-06-03', changed: 1 });
    const before = requests;
    expect(await enrichment.load('epss', `${feedUrl}/moved`)).toMatchObject({
      revision: '2026-06-03',
      changed: 0,
      unchanged: 1,
    });
    expect(requests - before).toBe(2);
  });

  test('with a login in it, or in the file of logins, is asked with that; no login is stored, told or logged', async () => {
    const asked: unknown[] = [];
    const guarded = createServer((request, response) => {
      asked.push(request.headers.authorization);
      if (request.url?.startsWith('/moved') === true)
        response.writeHead(302, { location: `${feedUrl}/elsewhere` }).end();
      else if (request.url?.startsWith('/epss') === true)
        response.end(scores('2026-06-04', `CVE-2026-0001,0.${asked.length},0.9\n`));
      else response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(guarded.address() as AddressInfo).port}`;
    const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;
    const logged: string[] = [];
    const ports = { ...enrichment.feedPorts, logger: pino({}, { write: (line: string) => void logged.push(line) }) };
    const load = (source: string, more: Partial<FeedPorts> = {}) =>
      loadFeed({ ...ports, ...more }, { kind: 'epss', source });
    const file = join(mkdtempSync(join(tmpdir(), 'weir-logins-')), 'logins.json');
    try {
      await load(`http://ada:SECRET%20word@${host}/epss?token=SECRET`);
      expect(asked.pop()).toBe(basic('ada:SECRET word'));
      await expect(load(`http://ada:SECRET@${host}/gone?token=SECRET`)).rejects.toThrow(
        `http://${host}/gone?token=*** answered 403`,
      );
      await load(`http://ada:SECRET@${host}:bad/`);
      writeFileSync(file, JSON.stringify({ [`http://${host}`]: 'grace:SECRET' }));
      await load(`http://${host}/epss`, { loginsFile: file });
      expect(asked.pop()).toBe(basic('grace:SECRET'));
      expect(elsewhere).toEqual([]);
      await expect(load(`http://${host}/moved`, { loginsFile: file })).rejects.toThrow('404');
      expect(elsewhere, 'a login goes to its own server alone').toEqual([undefined]);
      writeFileSync(file, '{"mirror": "SECRET"}');
      expect(await load(`http://${host}/epss`, { loginsFile: file })).toMatchObject({
        refused: { detail: expect.stringContaining('FEEDS_LOGINS_FILE') as string },
      });
      const sent = await post(
        `/v1/feeds/kev?name=${encodeURIComponent('http://ada:SECRET@host/kev.json')}`,
        JSON.stringify({
          catalogVersion: '2026.06.04',
          dateReleased: '2026-06-04T00:00:00.000Z',
          count: 1,
          vulnerabilities: [{ cveID: 'CVE-2026-0001', dateAdded: '2026-06-01' }],
        }),
      );
      expect(sent.body).toMatchObject({ feed: 'kev' });
      const inLog = async (): Promise<string> =>
        (
          await enrichment.pool.query<{ text: string }>(
            `SELECT coalesce(string_agg(data, ''), '') AS text FROM log.event WHERE shard = '${FEED_SHARD}'`,
          )
        ).rows[0]?.text ?? '';
      await expect.poll(inLog, WITHIN).toContain('http://host/kev.json');
      // As a version before stored it.
      await enrichment.asOwner(
        `UPDATE intelligence.feed_load SET source = 'http://ada:SECRET@host/kev.json' WHERE feed = 'kev'`,
      );
      const told = [await inLog(), JSON.stringify(await (await fetch(`${url}/v1/feeds`)).json()), ...logged].join('\n');
      expect(told).toContain(`http://${host}/epss?token=***`);
      expect(told).toContain('http://host/kev.json');
      expect(told).not.toContain('SECRET');
    } finally {
      await new Promise((resolve) => guarded.close(resolve));
    }
  });

  test('that is not there is a fault that may pass', async () => {
    await expect(enrichment.load('epss', `${feedUrl}/gone`)).rejects.toThrow('404');
    await expect(enrichment.load('epss', 'http://127.0.0.1:1/')).rejects.toThrow('cannot be reached');
  });

  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fe80::1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/',
    'ftp://example.org/x',
  ])('%s is refused unless private addresses are allowed', async (address) => {
    await expect(
      openUrl(new URL(address), null, { allowPrivate: false, timeoutMillis: 1000, totalMillis: 1000 }),
    ).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });
});
