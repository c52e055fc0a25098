import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { repositoryRoot } from '../harness/weir-process.ts';

export interface Broker {
  readonly id: number;
  readonly port: number;
  readonly pid: number;
}

/** Three real brokers, started by the command that people use. */
export interface KafkaCluster {
  readonly bootstrap: readonly string[];
  /** The broker that leads a partition now; `draw` from 0 to 1 chooses among those of the flow's topics. */
  leader(draw: number): Promise<{ readonly broker: Broker; readonly of: string }>;
  /** Starts what was killed; resolves when every partition has all its copies in sync again. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

const COPIES = 3;
const FLOW = ['packages.observed.v1', 'packages.enriched.v1', 'decisions.recorded.v1'];
const IN_SYNC_WITHIN_MS = 180_000;

const kafkaCommand = async (...args: readonly string[]): Promise<string> => {
  const program = join(repositoryRoot, 'tools', 'kafka', 'kafka.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', program, ...args],
    { encoding: 'utf8' },
  );
  return stdout;
};

export const startKafkaCluster = async (folder: string): Promise<KafkaCluster> => {
  const up = async () =>
    JSON.parse(await kafkaCommand('up', '--data', folder, '--brokers', String(COPIES), '--json')) as {
      bootstrap: readonly string[];
      brokers: readonly Broker[];
    };
  const stop = async (): Promise<void> => {
    await kafkaCommand('down', '--data', folder);
  };
  let { bootstrap, brokers } = await up();
  return {
    bootstrap,
    leader: async (draw) => {
      const places = (await partitionsOf(bootstrap)).filter(({ leader }) => brokers.some(({ id }) => id === leader));
      const place = places[Math.floor(draw * places.length)];
      const broker = brokers.find(({ id }) => id === place?.leader);
      if (!place || !broker) throw new Error('No partition has a leader.');
      return { broker, of: place.name };
    },
    restore: async () => {
      ({ bootstrap, brokers } = await up());
      await untilInSync(bootstrap);
    },
    stop,
  };
};

interface Place {
  readonly name: string;
  readonly leader: number;
  readonly inSync: number;
}

const partitionsOf = (bootstrap: readonly string[]): Promise<readonly Place[]> =>
  asking(bootstrap, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: FLOW });
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionId, leader, isr }) => ({
        name: `${name}/${partitionId}`,
        leader,
        inSync: isr.length,
      })),
    );
  });

const untilInSync = async (bootstrap: readonly string[]): Promise<void> => {
  for (const until = Date.now() + IN_SYNC_WITHIN_MS; Date.now() < until;) {
    await sleep(250);
    const places = await partitionsOf(bootstrap).catch(() => []);
    if (places.length > 0 && places.every(({ inSync }) => inSync === COPIES)) return;
  }
  throw new Error(`The copies of the topics were not in sync within ${IN_SYNC_WITHIN_MS / 1000} s.`);
};

/** A new connection for each question: an old one may know only brokers that are gone. */
const asking = async <Answer>(
  bootstrap: readonly string[],
  work: (admin: Admin) => Promise<Answer>,
): Promise<Answer> => {
  const admin = new Kafka({
    clientId: 'faults',
    brokers: [...bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { retries: 10, maxRetryTime: 1_000 },
  }).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};
