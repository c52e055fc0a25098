import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { makeFreshTopics, removeTopics } from './fresh-topics.ts';
import { createServiceProcess, type ServiceProcess } from './service-process.ts';
import { removeFolder, runWeir, temporaryFolder } from './weir-process.ts';

/** Some services as processes of their own, with a PostgreSQL of theirs and the topics of a broker that others use too. */
export interface ServicesOnKafka {
  readonly databaseUrl: string;
  /** By name; the name of its program, with a number behind it when there are several. */
  service(name: string): ServiceProcess;
  logOf(name: string): string;
  stop(): Promise<void>;
}

/** `names`: such as `ingest`, `evaluation-1`, `evaluation-2`. */
export const startServicesOnKafka = async (
  brokers: readonly string[],
  names: readonly string[],
): Promise<ServicesOnKafka> => {
  const folder = temporaryFolder();
  await makeFreshTopics(brokers);
  const postgres = await startEmbeddedPostgres(folder);
  const { code, stderr } = await runWeir(['migrate', '--database', postgres.ownerUrl, '--json']);
  if (code !== 0) throw new Error(`weir migrate ended with ${code}: ${stderr}`);
  const env = { DATABASE_URL: postgres.serviceUrl, KAFKA_BROKERS: brokers.join(','), LOG_LEVEL: 'info' };
  const services = await Promise.all(
    names.map((name) =>
      createServiceProcess({ app: name.replace(/-\d+$/, ''), name, env, log: join(folder, `${name}.log`) }),
    ),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((one) => one.end('SIGKILL')));
    await postgres.stop();
    await removeTopics(brokers);
    removeFolder(folder);
  };
  try {
    await Promise.all(services.map((one) => one.start()));
  } catch (fault) {
    await stop();
    throw fault;
  }
  const service = (name: string): ServiceProcess => {
    const found = services.find((one) => one.name === name);
    if (!found) throw new Error(`No service is named ${name}.`);
    return found;
  };
  return { databaseUrl: postgres.ownerUrl, service, logOf: (name) => readFileSync(service(name).log, 'utf8'), stop };
};
