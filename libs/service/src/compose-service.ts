import type { DynamicModule } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@weir/postgres';
import { createService, type ServiceOptions } from './create-service.js';
import type { ReadinessChecks } from './health/readiness-checks.js';
import type { KeyRing } from './keys/key-ring.js';

/** What a process gives to every application in it. */
export interface ProcessPorts {
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  /** Registers what must be released when the process ends; released after the applications, last registered first. */
  readonly onClose: (release: () => Promise<unknown>) => void;
}

/** An application as it is put into a process: alone in one of its own, or beside others. */
export interface Composed {
  readonly module: DynamicModule;
  /** Transports that consume from `startConsuming` on. */
  readonly consumers?: readonly CustomTransportStrategy[];
  /** Routes whose bodies are handed on as they come, and how long one may take. */
  readonly uploads?: { readonly under: string; readonly seconds: number };
  /** Adds what is no route of a controller, before it listens. */
  readonly addPages?: (app: NestFastifyApplication) => Promise<void>;
}

export interface ComposeOptions extends Omit<ServiceOptions, 'module' | 'uploadSeconds'> {
  readonly ring: KeyRing;
  readonly parts: readonly Composed[];
}

/** One Nest application of all parts; nothing of it runs yet. */
export const composeService = async ({ parts, ...options }: ComposeOptions): Promise<NestFastifyApplication> => {
  const uploads = parts.flatMap((part) => part.uploads ?? []);
  const uploadSeconds = (route: string): number | null =>
    uploads.find(({ under }) => route.startsWith(under))?.seconds ?? null;
  const app = await createService({ ...options, uploadSeconds, module: parts.map(({ module }) => module) });
  for (const strategy of parts.flatMap(({ consumers = [] }) => consumers)) app.connectMicroservice({ strategy });
  for (const { addPages } of parts) await addPages?.(app);
  return app;
};

/** In this order: what consumes needs all that the modules prepare, and who is told the address may rely on both. */
export const startConsuming = async (app: NestFastifyApplication): Promise<void> => {
  await app.init();
  await app.startAllMicroservices();
};
