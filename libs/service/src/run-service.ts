import { constants } from 'node:os';
import type { Logger } from '@weir/postgres';
import type { z } from 'zod';
import { collectLessOften } from './collect-less-often.js';
import { composeService, startConsuming, type Composed, type ProcessPorts } from './compose-service.js';
import { ConfigurationFault, readConfiguration } from './configuration.js';
import { endByFaults } from './end-by-faults.js';
import { endProcess } from './end-process.js';
import { ReadinessChecks } from './health/readiness-checks.js';
import { httpSettingsOf, type HttpConfiguration } from './http/http-settings.js';
import { openKeys, type KeyStore } from './keys/open-keys.js';
import { createLogger } from './logger.js';
import { observeBuild } from './metrics/observe-build.js';
import type { SERVICES } from './names.js';
import { runUntilSignal } from './run-until-signal.js';
import { startLine } from './start/start-line.js';
import { tellUnknownVariables } from './start/tell-unknown-variables.js';
import { untilAble as waitUntilAble } from './start/until-able.js';
import { openWaitingRoom } from './start/waiting-room.js';
import { startTracing } from './tracing/start-tracing.js';

/** What a service is composed with. */
export interface ServiceStart<Config> extends ProcessPorts {
  readonly config: Config;
  /** Waits until `check` passes; meanwhile the service answers that it is not ready, and the log says what it waits for. */
  readonly untilAble: <Result>(what: string, check: () => Promise<Result>) => Promise<Result>;
}

/** An application with a process of its own, which reads the keys by itself. */
interface Alone extends Composed {
  readonly keyStore: KeyStore;
}

type Compose<Config> = (start: ServiceStart<Config>) => Promise<Alone> | Alone;

interface Listening extends HttpConfiguration {
  readonly PORT: number;
  readonly API_KEYS: readonly string[];
  readonly ALLOW_NO_KEYS: boolean;
}

/**
 * The whole life of a service process: reads its configuration, composes its application, listens, and runs until a
 * signal.
 * Ends the process with 2 when the configuration is wrong, 3 when it cannot start, 0 when it was stopped.
 */
export const runService = async <Shape extends z.ZodRawShape>(
  name: keyof typeof SERVICES,
  schema: z.ZodObject<Shape>,
  compose: Compose<z.output<z.ZodObject<Shape>>>,
): Promise<void> => {
  collectLessOften();
  const logger = createLogger(name);
  endByFaults(logger);
  try {
    tellUnknownVariables(Object.keys(schema.shape), process.env, logger);
    await run(name, schema, compose, logger);
  } catch (fault) {
    const isWrongUse = fault instanceof ConfigurationFault;
    const reason = fault instanceof Error ? fault.message : String(fault);
    logger.fatal(isWrongUse ? {} : { err: fault }, isWrongUse ? reason : `${name} cannot start: ${reason}`);
    await endProcess(isWrongUse ? 2 : 3);
  }
};

const run = async <Shape extends z.ZodRawShape>(
  name: keyof typeof SERVICES,
  schema: z.ZodObject<Shape>,
  compose: Compose<z.output<z.ZodObject<Shape>>>,
  logger: Logger,
): Promise<void> => {
  const started = endWhileStarting();
  const config = readConfiguration(schema, process.env);
  const tracing = startTracing(process.env, logger);
  const readiness = new ReadinessChecks(logger);
  const releases: (() => Promise<unknown>)[] = [];
  const onClose = (release: () => Promise<unknown>): void => void releases.push(release);
  const listening = config as unknown as Listening;
  const about = startLine(config, process.env);
  logger.info(about, 'starting');
  const room = await openWaitingRoom(listening.PORT, listening.HOST);
  const { database, topics } = about;
  const untilAble: ServiceStart<unknown>['untilAble'] = (what, check) =>
    waitUntilAble(what, check, { logger, say: (reason) => room.say(reason), about: { database, topics } });
  const part = await compose({ config, clock: () => new Date(), logger, readiness, onClose, untilAble });
  const ring = await openKeys({ store: part.keyStore, clock: () => new Date(), logger }, listening);
  onClose(() => ring.close());
  observeBuild([name]);
  const app = await composeService({ name, parts: [part], logger, readiness, ring, http: httpSettingsOf(listening) });
  await startConsuming(app);
  await room.close();
  await app.listen(listening.PORT, listening.HOST);
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
