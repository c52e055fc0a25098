import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { openPool } from '@weir/postgres';
import { createLogger, createTurns, type ProcessPorts } from '@weir/service';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import {
  enrichmentConfiguration,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { startTestService, type TestService } from '../../../../tools/testing/start-service.js';
import { composeEnrichment } from '../compose-enrichment.js';
import { DEFAULT_FEED_LIMITS } from './feed.js';
import { loadFeed } from './load-feed.js';

const WITHIN = { timeout: 30_000 };

let enrichment: TestEnrichment;
let service: TestService;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  enrichment = await openTestEnrichment();
  const { pool, store, topics } = enrichment;
  const config = enrichmentConfiguration(enrichment.databaseUrl, { FEEDS_UPLOADS: '24' });
  const compose = (ports: ProcessPorts) => composeEnrichment({ ...ports, pool, store, topics }, config);
  service = await startTestService('enrichment', compose, { clock: () => new Date(enrichment.clock.now) });
  port = Number(new URL(service.url).port);
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(async () => {
  await service.close();
  await enrichment.close();
});

/** Connections of a pool that are in a transaction. */
const transactions = async (pool: string): Promise<number> => {
  const { rows } = await enrichment.pool.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1 AND xact_start IS NOT NULL`,
    [pool],
  );
  return rows[0]?.open ?? -1;
};

/** The first byte of a file, and no more. */
const hang = (): Promise<{ readonly answer: () => string }> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'POST /v1/feeds/epss HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\n#',
        () => resolve({ answer: () => text }),
      ),
    );
    socket.on('error', reject).on('data', (bytes) => (text += bytes.toString()));
    sockets.push(socket);
  });

const epss = (rows: string) => `#model_version:v1,score_date:2026-06-01T00:00:00+0000\ncve,epss,percentile\n${rows}`;

describe('uploads that hang', () => {
  test('hold no connection and no transaction: others are answered, half of the places is left for others', async () => {
    const hanging = await Promise.all(Array.from({ length: 30 }, hang));
    const turnedAway = () => hanging.filter(({ answer }) => answer().startsWith('HTTP/1.1 503')).length;
    await expect.poll(turnedAway, WITHIN).toBe(18);
    expect(hanging.find(({ answer }) => answer() !== '')?.answer()).toMatch(/retry-after: 10[^]*FEEDS_UPLOADS/);
    expect(await transactions('weir enrichment loads')).toBe(0);
    expect((await fetch(`${service.url}/v1/feeds`)).status).toBe(200);
    // By another way than HTTP, since this address has all its places.
    expect(await enrichment.load('epss', Readable.from([Buffer.from(epss('CVE-2026-0001,0.5,0.9\n'))]))).toMatchObject({
      added: 1,
    });
    sockets.splice(0).forEach((socket) => socket.destroy());
    const send = () => fetch(`${service.url}/v1/feeds/epss`, upload(epss('CVE-2026-0001,0.6,0.9\n')));
    await expect.poll(async () => (await send()).status, WITHIN).toBe(200);
  });
});

const upload = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body });

const record = (id: number) =>
  `${JSON.stringify({ id: `GHSA-${id}`, modified: '2026-05-01T00:00:00Z', affected: [{ package: { ecosystem: 'npm', name: 'a' }, versions: ['1.0.0'] }] })}\n`;

describe('a file of junk is given up early', () => {
  test.each([
    ['lines of xx', 'xx\n'.repeat(1_300_000)],
    ['a record, then lines of xx', `${record(1)}${'xx\n'.repeat(1_300_000)}`],
    ['lines that begin as a document', '{\n'.repeat(2_000_000)],
    ['lines of an array that never ends', `[\n${'0,\n'.repeat(1_300_000)}`],
    ['an array of numbers', `[${'0,'.repeat(1_300_000)}0]`],
    ['an array of empty arrays', `[\n${'[],\n'.repeat(900_000)}[]]`],
    ['empty objects', '{}\n'.repeat(1_300_000)],
    ['blank lines', '\n'.repeat(4_000_000)],
  ])('%s', async (_, text) => {
    const bytes = Buffer.from(text);
    const before = cpuMillis();
    expect(await enrichment.load('osv', Readable.from([bytes]))).toMatchObject({ refused: { kind: 'broken' } });
    expect(cpuMillis() - before).toBeLessThan(3_000);
  });

  test('and one of which nine records in ten are none is read, when it is small', async () => {
    const text = `${'xx\n'.repeat(900)}${record(1)}${record(2)}`;
    expect(await enrichment.load('osv', Readable.from([Buffer.from(text)]))).toMatchObject({
      added: 2,
      skippedRecords: 900,
    });
  });
});

describe('a feed server that drips', () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(200).write('#');
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/epss`;
  });
  afterAll(() => server.close());

  test('is given up when its time is over, and holds no transaction meanwhile', async () => {
    const logger = createLogger('test').child({}, { level: 'silent' });
    const pool = openPool({ databaseUrl: enrichment.databaseUrl, name: 'dripping', logger });
    const fetching = loadFeed(
      {
        pool,
        inTurn: createTurns(1),
        logger,
        clock: () => new Date(),
        limits: DEFAULT_FEED_LIMITS,
        urls: { allowPrivate: true, timeoutMillis: 10_000, totalMillis: 2_000 },
        onLoaded: () => undefined,
      },
      { kind: 'epss', source: address },
    );
    const outcome = fetching.catch((fault: unknown) => fault);
    for (let look = 0; look < 5; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await transactions('dripping')).toBe(0);
    }
    const fault = await outcome;
    await pool.end();
    expect(fault).toMatchObject({
      name: 'Retryable',
      message: expect.stringContaining('FEEDS_TOTAL_SECONDS') as string,
    });
  });
});
