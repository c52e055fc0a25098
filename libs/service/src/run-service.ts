import { constants } from 'node:os';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import { collectLessOften } from './collect-less-often.js';
import type { ServiceOptions } from './create-service.js';
import { createService } from './create-service.js';
import { ConfigurationFault, readConfiguration } from './configuration.js';
import { ReadinessChecks } from './health/readiness-checks.js';
import type { Logger } from '@weir/postgres';
import { createLogger } from './logger.js';
import { runUntilSignal } from './run-until-signal.js';
import { startTracing } from './tracing/start-tracing.js';

/** What a service is built with. */
export interface ServiceStart<Config> {
  readonly config: Config;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  /** Registers what must be released when the service ends; released after the application, last registered first. */
  readonly onClose: (release: () => Promise<unknown>) => void;
  /** Registers what is set up on the application before it listens: guards, pages. */
  readonly onApplication: (setUp: (app: NestFastifyApplication) => Promise<void> | void) => void;
}

type Listening = { readonly HOST: string; readonly PORT: number };

/**
 * The whole life of a service process: reads its configuration, builds its module, listens, and runs until a signal.
 * Ends the process with 2 when the configuration is wrong, 3 when it cannot start, 0 when it was stopped.
 */
export const runService = async <Shape extends z.ZodRawShape>(
  name: string,
  schema: z.ZodObject<Shape>,
  build: (start: ServiceStart<z.output<z.ZodObject<Shape>>>) => Promise<ServiceOptions['module']>,
): Promise<void> => {
  collectLessOften();
  try {
    await run(name, schema, build);
  } catch (fault) {
    const isWrongUse = fault instanceof ConfigurationFault;
    process.stderr.write(`${isWrongUse ? fault.message : `${name} cannot start: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`}\n`);
    process.exit(isWrongUse ? 2 : 3);
  }
};

const run = async <Shape extends z.ZodRawShape>(
  name: string,
  schema: z.ZodObject<Shape>,
  build: (start: ServiceStart<z.output<z.ZodObject<Shape>>>) => Promise<ServiceOptions['module']>,
): Promise<void> => {
  const started = endWhileStarting();
  const config = readConfiguration(schema, process.env);
  const logger = createLogger(name);
  const tracing = startTracing(process.env, logger);
  const readiness = new ReadinessChecks();
  const releases: (() => Promise<unknown>)[] = [];
  const setUps: ((app: NestFastifyApplication) => Promise<void> | void)[] = [];
  const module = await build({ config, logger, readiness, onClose: (release) => releases.push(release), onApplication: (setUp) => setUps.push(setUp) });
  const app = await createService({ name, module, logger, readiness });
  for (const setUp of setUps) await setUp(app);
  const { HOST, PORT } = config as unknown as Listening;
  // In this order: what consumes needs all that the modules prepare, and who is told the address may rely on both.
  await app.init();
  await app.startAllMicroservices();
  await app.listen(PORT, HOST);
  logger.info({ url: await app.getUrl() }, 'listening');
  const close = async (): Promise<void> => {
    await app.close();
    for (const release of releases.reverse()) await release();
    await tracing.stop();
  };
  const running = runUntilSignal({ close }, logger);
  started();
  await running;
};

/**
 * Process 1 of a container is ended by no signal that it does not handle. Until the service can close in order there is
 * nothing to close, so it ends at once. The returned function takes that back.
 */
const endWhileStarting = (): (() => void) => {
  const end = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
  process.on('SIGINT', end).on('SIGTERM', end);
  return () => void process.off('SIGINT', end).off('SIGTERM', end);
};
