import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@weir/postgres';
import {
  composeService,
  createLogger,
  environmentKeys,
  openKeys,
  ReadinessChecks,
  startConsuming,
  type Composed,
  type KeyRing,
  type KeyStore,
  type ProcessPorts,
} from '@weir/service';

/** A service as it runs in production, on a port of its own. */
export interface TestService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  readonly clock?: (() => Date) | undefined;
  /** Logs nothing unless given. */
  readonly logger?: Logger;
  /** Keys as API_KEYS has them; none is asked for unless given. */
  readonly keys?: readonly string[];
  /** Other keys than those. */
  readonly ring?: KeyRing;
  /** A log whose keys are followed beside them. */
  readonly keyStore?: KeyStore;
}

/** Starts what `compose` gives, as a process of its own does. */
export const startTestService = async (
  name: string,
  compose: (ports: ProcessPorts) => Composed | Promise<Composed>,
  options: TestServiceOptions = {},
): Promise<TestService> => {
  const { clock = () => new Date(), logger = createLogger(name).child({}, { level: 'silent' }), keys = [] } = options;
  const readiness = new ReadinessChecks(logger);
  const releases: (() => Promise<unknown>)[] = [];
  const part = await compose({ clock, logger, readiness, onClose: (release) => void releases.push(release) });
  const settings = { HOST: '127.0.0.1', ALLOW_NO_KEYS: false, API_KEYS: keys };
  const followed = options.keyStore && (await openKeys({ store: options.keyStore, clock, logger }, settings));
  if (followed) releases.push(() => followed.close());
  const app = await composeService({
    name,
    parts: [part],
    logger,
    readiness,
    ring: options.ring ?? followed ?? environmentKeys(keys),
  });
  await startConsuming(app);
  await app.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    for (const release of releases.reverse()) await release();
  };
  return { app, url: await app.getUrl(), close };
};
