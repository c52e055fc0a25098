import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createServiceProcess, type ServiceProcess } from '../harness/service-process.ts';
import { runWeir } from '../harness/weir-process.ts';
import { startDatabaseServer, type DatabaseServer } from './database-server.ts';
import { startKafkaCluster, type KafkaCluster } from './kafka-cluster.ts';

/** Weir as operators run it in parts: brokers, a database, and each service as a process of its own. */
export interface DistributedSystem {
  readonly kafka: KafkaCluster;
  readonly database: DatabaseServer;
  readonly services: readonly ServiceProcess[];
  /** The processes of one service. */
  of(app: string): readonly [ServiceProcess, ...ServiceProcess[]];
}

/** Two of what shares partitions, so that one can take over from the other. */
const SERVICES = [
  { app: 'ingest', name: 'ingest' },
  { app: 'enrichment', name: 'enrichment-1' },
  { app: 'enrichment', name: 'enrichment-2' },
  { app: 'evaluation', name: 'evaluation-1' },
  { app: 'evaluation', name: 'evaluation-2' },
  { app: 'action', name: 'action' },
  { app: 'api', name: 'api' },
];

export interface Starting {
  readonly folder: string;
  /** Settings of single services, by program. */
  readonly settings: Readonly<Record<string, NodeJS.ProcessEnv>>;
  readonly say: (line: string) => void;
  /** Registers what ends a part; called in the opposite order. */
  readonly onEnd: (end: () => Promise<void>) => void;
}

export const startDistributedSystem = async ({
  folder,
  settings,
  say,
  onEnd,
}: Starting): Promise<DistributedSystem> => {
  mkdirSync(join(folder, 'logs'));
  say('starting three Kafka brokers and PostgreSQL');
  const [kafka, database] = await allOrThrow([
    startKafkaCluster(join(folder, 'kafka')).then((started) => ended(started, onEnd)),
    startDatabaseServer(folder).then((started) => ended(started, onEnd)),
  ]);
  await weir(['topics', 'apply', '--kafka', kafka.bootstrap.join(','), '--json']);
  await weir(['migrate', '--database', database.ownerUrl, '--json']);
  say('starting the services');
  const env = { DATABASE_URL: database.serviceUrl, KAFKA_BROKERS: kafka.bootstrap.join(','), LOG_LEVEL: 'info' };
  const services = await Promise.all(
    SERVICES.map(({ app, name }) =>
      createServiceProcess({ app, name, env: { ...env, ...settings[app] }, log: join(folder, 'logs', `${name}.log`) }),
    ),
  );
  onEnd(async () => {
    await Promise.all(services.map((service) => service.end('SIGKILL')));
  });
  await Promise.all(services.map((service) => service.start()));
  const of = (app: string): readonly [ServiceProcess, ...ServiceProcess[]] => {
    const [first, ...others] = services.filter((service) => service.app === app);
    if (!first) throw new Error(`No service is named ${app}.`);
    return [first, ...others];
  };
  return { kafka, database, services, of };
};

const ended = <Part extends { stop(): Promise<void> }>(part: Part, onEnd: Starting['onEnd']): Part => {
  onEnd(() => part.stop());
  return part;
};

/** Waits for all, so that what did start is known and can be ended when another did not. */
const allOrThrow = async <A, B>([a, b]: readonly [Promise<A>, Promise<B>]): Promise<readonly [A, B]> => {
  await Promise.allSettled([a, b]);
  return [await a, await b];
};

const weir = async (args: readonly string[]): Promise<void> => {
  const { code, stderr } = await runWeir(args);
  if (code !== 0) throw new Error(`weir ${args[0] ?? ''} ended with ${code}: ${stderr.slice(-2_000)}`);
};
