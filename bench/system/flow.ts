import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import type { Cleanup } from './cleanup.ts';
import { startBroker, type Broker } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { SERVICE_NAMES, startService, type ServiceName, type ServiceProcess } from './service-process.ts';
import { weirCommand } from './weir-command.ts';

/** The distributed system on one machine: a broker, a PostgreSQL, and every service as a process of its own. */
export interface Flow {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  readonly broker: Broker;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
}

export interface FlowOptions {
  readonly folder: string;
  readonly cleanup: Cleanup;
  readonly profiled?: readonly ServiceName[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of every topic; those of deploy/topics.yaml unless told. */
  readonly partitions?: number;
}

export const startFlow = async ({
  folder,
  cleanup,
  profiled = [],
  env = {},
  partitions = DECLARED,
}: FlowOptions): Promise<Flow> => {
  const postgres = await startPostgres(folder);
  cleanup.add(() => postgres.stop());
  const broker = await startBroker(folder, cleanup);
  await weirCommand('migrate', '--database', postgres.ownerUrl, '--json');
  await weirCommand(
    'topics',
    'apply',
    '--file',
    topicsFile(folder, partitions),
    '--kafka',
    broker.bootstrap.join(','),
    '--replication',
    '1',
    '--json',
  );
  const started = await Promise.all(
    SERVICE_NAMES.map(async (name) => {
      const service = await startService(name, {
        databaseUrl: postgres.serviceUrl,
        brokers: broker.bootstrap,
        folder,
        cleanup,
        profile: profiled.includes(name),
        env: { PARTITIONS: String(partitions), ...env },
      });
      return [name, service] as const;
    }),
  );
  const services = Object.fromEntries(started) as Record<ServiceName, ServiceProcess>;
  return { folder, postgres, broker, services };
};

const DECLARATION = readFileSync(new URL('../../deploy/topics.yaml', import.meta.url), 'utf8');
const PARTITIONS = /^partitions: (\d+)$/m;
const DECLARED = Number(PARTITIONS.exec(DECLARATION)?.[1]);

/** The declaration that operators apply, with another number of partitions. */
const topicsFile = (folder: string, partitions: number): string => {
  const file = join(folder, 'topics.yaml');
  writeFileSync(file, DECLARATION.replace(PARTITIONS, `partitions: ${partitions}`));
  return file;
};

const examples = new URL('../../examples/feeds/', import.meta.url);
const FEEDS = {
  osv: 'osv.jsonl.gz',
  kev: 'known_exploited_vulnerabilities-2026-07-24.json.gz',
  epss: 'epss_scores-2026-08-02.csv.gz',
};

/** Loads the real advisories, exploited vulnerabilities and scores of the examples. */
export const loadFeeds = async (enrichmentUrl: string): Promise<void> => {
  for (const [feed, file] of Object.entries(FEEDS)) {
    const body = Readable.toWeb(createReadStream(new URL(file, examples))) as ReadableStream;
    await answered(new URL(`/v1/feeds/${feed}`, enrichmentUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      duplex: 'half',
    });
  }
};

const policies = new URL('../../policies/', import.meta.url);

/** Puts every policy of the library in force as its template has it; resolves to their number. */
export const activateLibrary = async (apiUrl: string): Promise<number> => {
  const templates = readdirSync(fileURLToPath(policies), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'compiled')
    .map(({ name }) => name);
  for (const template of templates) {
    const { policyId } = (await answered(new URL('/v1/policies', apiUrl), json({ template }))) as {
      readonly policyId: string;
    };
    await answered(new URL(`/v1/policies/${policyId}/activate`, apiUrl), json({}));
  }
  return templates.length;
};

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const answered = async (url: URL, init: RequestInit): Promise<unknown> => {
  const response = await fetch(url, init);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}: ${body}`);
  return JSON.parse(body);
};
