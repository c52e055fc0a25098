/**
 * How fast one writer appends to the decision log, as a share of a bare COPY of the same rows into a table without an
 * index, same transactions, same run. Then how fast the log is read back and verified.
 *
 * Run: npm run build && npx node bench/scenarios/append.ts   (ROWS=20000 BATCH=500 ROUNDS=3)
 * It starts a PostgreSQL of its own on loopback and removes it afterwards.
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { eventStoreMigrations, openEventStore, verifyLog, type NewEvent, type NewEvidence } from '@weir/event-store';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import type * as Embedded from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

const ROWS = Number(process.env['ROWS'] ?? 20_000);
const BATCH = Number(process.env['BATCH'] ?? 500);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const SHAPES = { 'short (0.4 KB)': 0, 'decision with 6 policies (1.9 KB)': 6 };

const result = (index: number, policy: number) => ({
  policy: `policy-${policy}`,
  revisionDigest: `sha256:${'ab'.repeat(32)}`,
  match: index % 2 === 0,
  reasons: ['CVE-2025-1234 has EPSS 0.213 over 0.2'],
  output: { score: index / 7, cves: ['CVE-2021-23337', 'CVE-2020-8203'] },
});

const decision = (index: number, policies: number, evidence: NewEvidence | undefined): NewEvent => ({
  type: 'PackageEvaluated',
  version: 1,
  subject: `acme/npm-production/pkg:npm/package-${index}@4.17.20`,
  data: {
    ...(evidence && { factsDigest: evidence.digest }),
    engineDigest: `sha256:${'ef'.repeat(32)}`,
    decidedAt: '2026-08-02T09:30:00.000Z',
    results: Array.from({ length: policies }, (_, policy) => result(index, policy)),
    desired: { state: 'quarantined', tags: ['exceeded-epss'] },
  },
  metadata: { causationId: `packages.enriched.v1-3-${index}`, traceparent: '00-11111111111111111111111111111111-2222222222222222-01' },
  occurredAt: '2026-08-02T09:30:00.000Z',
});

/** About 2.8 KB, different for each package. */
const factsOf = (index: number): NewEvidence => {
  const vulnerability = (number: number) => ({ identifier: `CVE-2021-${index}-${number}`, cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', epss: (index % 1000) / 1000, description: 'Prototype pollution in a function that merges objects. '.repeat(3) });
  const bytes = Buffer.from(JSON.stringify({ v0: { package: index, vulnerabilities: [0, 1, 2, 3, 4].map(vulnerability) }, v1: { vulnerabilities: [0, 1, 2, 3, 4].map(vulnerability) } }));
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, kind: 'facts', bytes };
};

interface Cost {
  readonly perSecond: number;
  /** Microseconds of CPU a row: unlike the rate, it hardly depends on what else the machine does. */
  readonly clientCpu: number;
  readonly serverCpu: number | null;
}

const timed = async (pool: pg.Pool, work: () => Promise<void>): Promise<Cost> => {
  const [start, client, server] = [performance.now(), process.cpuUsage(), await backendCpu(pool)];
  await work();
  const { user, system } = process.cpuUsage(client);
  const after = await backendCpu(pool);
  const each = (micros: number): number => Number((micros / ROWS).toFixed(1));
  return {
    perSecond: Math.round((ROWS / (performance.now() - start)) * 1000),
    clientCpu: each(user + system),
    serverCpu: server === null || after === null ? null : each(after - server),
  };
};

/** CPU of the pool's one server process so far in microseconds, where /proc tells (in ticks of 10 ms). */
const backendCpu = async (pool: pg.Pool): Promise<number | null> => {
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const file = `/proc/${rows[0]?.pid ?? 0}/stat`;
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};

const median = (costs: readonly Cost[]): Cost => {
  const [middle] = costs.toSorted((a, b) => a.perSecond - b.perSecond).slice(Math.floor(costs.length / 2));
  if (middle === undefined) throw new RangeError('ROUNDS must be at least 1.');
  return middle;
};

const batches = <T>(make: (index: number) => T): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(ROWS / BATCH) }, (_, batch) => Array.from({ length: Math.min(BATCH, ROWS - batch * BATCH) }, (__, row) => make(batch * BATCH + row)));

const bareCopy = async (owner: pg.Pool, lines: readonly string[]): Promise<Cost> => {
  await owner.query('DROP TABLE IF EXISTS bare; CREATE TABLE bare AS SELECT * FROM log.event WITH NO DATA');
  return timed(owner, async () => {
    const client = await owner.connect();
    for (const text of lines) {
      const stream = client.query(copyFrom('COPY bare FROM STDIN'));
      stream.end(text);
      await finished(stream);
    }
    client.release();
  });
};

const escape = (text: string): string => text.replace(/\\/g, '\\\\');
const copyLine = ({ type, version, subject, data, metadata, occurredAt }: NewEvent, index: number): string => {
  const hash = `\\\\x${'ab'.repeat(32)}`;
  return ['bench/0', index, type, version, subject, escape(JSON.stringify(data)), escape(JSON.stringify(metadata)), occurredAt, occurredAt, hash, hash].join('\t') + '\n';
};

const append = async (pool: pg.Pool, shard: string, groups: readonly (readonly NewEvent[])[], evidence: readonly (readonly NewEvidence[])[] | null): Promise<Cost> => {
  const writer = await openEventStore(pool).openShard(shard);
  return timed(pool, async () => {
    for (const [index, events] of groups.entries()) {
      await writer.append({ events, evidence: evidence?.[index] ?? [], sources: { 'packages.enriched.v1': (index + 1) * BATCH } });
    }
  });
};

const measure = async (owner: pg.Pool, pool: pg.Pool) => {
  let shard = 0;
  const report: Record<string, object> = {};
  for (const [shape, policies] of Object.entries(SHAPES)) {
    const events = batches((index) => decision(index, policies, undefined));
    const lines = events.map((group, batch) => group.map((event, row) => copyLine(event, batch * BATCH + row)).join(''));
    const [copies, appends]: [Cost[], Cost[]] = [[], []];
    await append(pool, `warm/${shard++}`, events.slice(0, 8), null);
    for (let round = 0; round < ROUNDS; round += 1) {
      copies.push(await bareCopy(owner, lines));
      appends.push(await append(pool, `bench/${shard++}`, events, null));
    }
    report[shape] = { bareCopy: median(copies), append: median(appends), ratio: Number((median(appends).perSecond / median(copies).perSecond).toFixed(2)) };
  }
  const evidence = batches(factsOf);
  const events = evidence.map((group, batch) => group.map((item, row) => decision(batch * BATCH + row, 6, item)));
  report['decision with 2.8 KB of new facts'] = { append: await append(pool, 'facts/0', events, evidence) };
  report['the same facts again'] = { append: await append(pool, 'facts/1', events, evidence) };
  return report;
};

const measureReading = async (pool: pg.Pool) => {
  const store = openEventStore(pool);
  const read = await timed(pool, async () => {
    for (let position = 0; position < ROWS; position += BATCH) await store.read('facts/0', { position, limit: BATCH });
  });
  const start = performance.now();
  const { valid, events } = await verifyLog(pool);
  return { read, verify: { valid, events, perSecond: Math.round((events / (performance.now() - start)) * 1000) } };
};

const { startEmbeddedPostgres } = (await import(new URL('../../apps/weir/dist/embedded-postgres/start-embedded-postgres.js', import.meta.url).href)) as typeof Embedded;
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(folder);
const [owner, pool] = [postgres.ownerUrl, postgres.serviceUrl].map((connectionString) => new pg.Pool({ connectionString, max: 1 })) as [pg.Pool, pg.Pool];
for (const each of [owner, pool]) each.on('error', () => undefined);
try {
  const source = await new DataSource({ type: 'postgres', url: postgres.ownerUrl, migrations: eventStoreMigrations }).initialize();
  await source.runMigrations();
  await source.destroy();
  const written = await measure(owner, pool);
  const readBack = await measureReading(pool);
  const { rows } = await owner.query<{ event: string; evidence: string }>(`SELECT pg_total_relation_size('log.event') AS event, pg_total_relation_size('log.evidence') AS evidence`);
  console.log(JSON.stringify({ rows: ROWS, batch: BATCH, rounds: ROUNDS, written, ...readBack, bytes: rows[0] }, null, 2));
} finally {
  await Promise.all([owner.end(), pool.end()]);
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
