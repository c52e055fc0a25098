import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { hasDocker, startKafkaContainer } from './kafka-container.js';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: readonly string[];
  }
}

const tool = fileURLToPath(new URL('../kafka/kafka.js', import.meta.url));

export interface LocalBroker {
  readonly id: number;
  readonly port: number;
  readonly pid: number;
}

/** A local cluster of real brokers, started by the same command that people use. */
export interface LocalKafka {
  readonly bootstrap: readonly string[];
  readonly brokers: readonly LocalBroker[];
  /** Starts again what was killed; resolves to the brokers as they are then. */
  restart(): Promise<readonly LocalBroker[]>;
  /** Ends the brokers and starts others without a message and with another cluster id at the same addresses. */
  replace(): Promise<void>;
  stop(): Promise<void>;
}

const run = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', tool, ...args],
    { encoding: 'utf8' },
  );
  return stdout;
};

export const startLocalKafka = async (count: 1 | 3): Promise<LocalKafka> => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-kafka-'));
  const up = async () =>
    JSON.parse(await run('up', '--data', folder, '--brokers', String(count), '--json')) as Pick<
      LocalKafka,
      'bootstrap' | 'brokers'
    >;
  const { bootstrap, brokers } = await up();
  return {
    bootstrap,
    brokers,
    restart: async () => (await up()).brokers,
    replace: async () => {
      await run('down', '--data', folder);
      for (const { id } of brokers) rmSync(join(folder, `broker-${id}`), { recursive: true, force: true });
      const file = join(folder, 'cluster.json');
      const cluster = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...cluster, id: `R${randomBytes(16).toString('base64url').slice(1, 22)}` }));
      await up();
    },
    stop: async () => {
      await run('down', '--data', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const isOnPath = (command: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));

/** Whether local brokers can run here: Java and Maven are on the path. */
export const hasLocalKafka = (): boolean => isOnPath('java') && isOnPath('mvn');

/**
 * Whether the tests that need Kafka can run: by KAFKA_BROKERS, Docker or local brokers. In CI they always run, so that what is
 * missing there is a failure. Says so when they are left out.
 */
export const canTestKafka = (): boolean => {
  if (process.env['CI'] !== undefined || process.env['KAFKA_BROKERS'] !== undefined || hasDocker() || hasLocalKafka())
    return true;
  process.stderr.write(
    'The tests on Kafka are left out: install Java 17 and Maven, or Docker, or set KAFKA_BROKERS to a broker whose topics may be used.\n',
  );
  return false;
};

/** Tests that kill brokers need ones of their own, not those of KAFKA_BROKERS: to be left out where none can be started. */
export const clusterSpecs = (): readonly string[] => {
  if (process.env['CI'] !== undefined || hasLocalKafka()) return [];
  process.stderr.write('The tests that kill Kafka brokers are left out: they need Java 17 and Maven.\n');
  return [
    '**/leader-kills.kafka.spec.ts',
    '**/faults.kafka.spec.ts',
    '**/kafka-access.kafka.spec.ts',
    '**/topics-replaced.kafka.spec.ts',
  ];
};

/** One real broker for all Kafka tests of a run; each test makes topics of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined) {
    project.provide('kafkaBrokers', given.split(','));
    return async () => undefined;
  }
  const kafka = hasDocker() ? await startKafkaContainer() : await startLocalKafka(1);
  project.provide('kafkaBrokers', kafka.bootstrap);
  return () => kafka.stop();
}
