import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';

/** Where and on what something was measured. */
export interface Environment {
  readonly commit: string;
  /** Whether files differ from the commit, kept results apart. */
  readonly dirty: boolean;
  readonly startedAt: string;
  readonly cpu: string;
  readonly cores: number;
  /** Of the last 1, 5 and 15 minutes; on a machine that does nothing else it begins near 0. */
  readonly load: readonly number[];
  readonly versions: {
    readonly node: string;
    readonly postgresql: string;
    readonly kafka: string;
    readonly opa: string;
  };
  /** fsync, synchronous_commit and full_page_writes are on, or the run is not valid. */
  readonly postgresSettings: Readonly<Record<string, string>>;
  /** SHA-256 of the settings of the scenarios that run. */
  readonly configDigest: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As tools/kafka fetches it. */
const KAFKA_VERSION = '4.4.0';

export const readEnvironment = async (client: pg.Client, configuration: unknown): Promise<Environment> => ({
  commit: told('git', ['rev-parse', '--short=10', 'HEAD']) ?? 'unknown',
  dirty: told('git', ['status', '--porcelain', '--', '.', ':!bench/results']) !== '',
  startedAt: new Date().toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  load: loadavg().map((load) => Number(load.toFixed(2))),
  versions: {
    node: process.version,
    postgresql: await setting(client, 'server_version'),
    kafka: KAFKA_VERSION,
    opa: /^Version: (\S+)/.exec(told('opa', ['version']) ?? '')?.[1] ?? 'not there',
  },
  postgresSettings: await settings(client),
  configDigest: createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 16),
});

const told = (command: string, args: readonly string[]): string | null => {
  try {
    return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

const setting = async (client: pg.Client, name: string): Promise<string> =>
  (await client.query<{ value: string }>('SELECT current_setting($1) AS value', [name])).rows[0]?.value ?? '';

const SHOWN = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'wal_compression',
  'shared_buffers',
  'max_wal_size',
];
const MUST_BE_ON = ['fsync', 'synchronous_commit', 'full_page_writes'];

const settings = async (client: pg.Client): Promise<Readonly<Record<string, string>>> => {
  const shown: Record<string, string> = {};
  for (const name of SHOWN) shown[name] = await setting(client, name);
  return shown;
};

/** Why figures of this server would mean nothing; empty when they mean something. */
export const flawsOfSettings = (postgresSettings: Readonly<Record<string, string>>): readonly string[] =>
  MUST_BE_ON.filter((name) => postgresSettings[name] !== 'on').map(
    (name) => `PostgreSQL runs with ${name} ${postgresSettings[name] ?? 'unknown'}: what it commits is not durable`,
  );

export const describeEnvironment = ({
  commit,
  dirty,
  startedAt,
  cpu,
  cores,
  load,
  versions,
  postgresSettings,
  configDigest,
}: Environment): string =>
  [
    `commit ${commit}${dirty ? ' (dirty)' : ''}, ${startedAt}, configuration ${configDigest}`,
    `${cores} x ${cpu}, load ${load.join(' ')}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `PostgreSQL: ${Object.entries(postgresSettings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  ].join('\n');
