import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: readonly string[];
  }
}

const tool = fileURLToPath(new URL('../kafka/kafka.js', import.meta.url));

/** A local cluster of real brokers, started by the same command that people use. */
export interface LocalKafka {
  readonly bootstrap: readonly string[];
  readonly brokers: readonly { readonly id: number; readonly port: number; readonly pid: number }[];
  /** Starts again what was killed. */
  restart(): void;
  stop(): void;
}

const run = (...args: readonly string[]): string => execFileSync(process.execPath, ['--disable-warning=TimeoutNegativeWarning', tool, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

export const startLocalKafka = (brokers: 1 | 3): LocalKafka => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-kafka-'));
  const up = () => JSON.parse(run('up', '--data', folder, '--brokers', String(brokers), '--json')) as Pick<LocalKafka, 'bootstrap' | 'brokers'>;
  const cluster = up();
  return {
    ...cluster,
    restart: () => void up(),
    stop: () => {
      run('down', '--data', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const answers = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;

/** Whether local brokers can run here: Java and Maven are on the path. */
export const hasLocalKafka = (): boolean => answers('java', '-version') && answers('mvn', '-v');

/**
 * Whether the tests that need Kafka can run: by KAFKA_BROKERS or local brokers. In CI they always run, so that what is
 * missing there is a failure. Says so when they are left out.
 */
export const canTestKafka = (): boolean => {
  if (process.env['CI'] !== undefined || process.env['KAFKA_BROKERS'] !== undefined || hasLocalKafka()) return true;
  process.stderr.write('The tests on Kafka are left out: install Java 17 and Maven, or set KAFKA_BROKERS to a broker whose topics may be used.\n');
  return false;
};

/** One real broker for all Kafka tests of a run; each test makes topics of its own in it. */
export default function setup(project: TestProject): () => void {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined) {
    project.provide('kafkaBrokers', given.split(','));
    return () => undefined;
  }
  const kafka = startLocalKafka(1);
  project.provide('kafkaBrokers', kafka.bootstrap);
  return () => kafka.stop();
}
