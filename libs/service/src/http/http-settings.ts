import { z } from 'zod';

/** What an operator may have to set of how a service is asked over HTTP; `httpSettingsOf` makes settings of it. */
export const httpFields = {
  OWN_NAMES: z
    .string()
    .default('')
    .transform((names) => names.split(',').flatMap((name) => name.trim().toLowerCase() || []))
    .refine(
      (names) => names.every((name) => NAME.test(name)),
      'is no list of host names: write it as weir.example.com,weir',
    )
    .describe(
      'Host names, separated by commas, under which browsers and proxies reach the service, without ports; on a loopback address localhost is known anyway and every other name is refused',
    ),
  BODY_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Seconds within which the body of a request must have come'),
  BODY_BYTES_PER_SECOND: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(1024)
    .describe('Bytes a second that a body must bring, taken over ten seconds; one that comes slower is answered 408'),
  BODIES_MB: z.coerce
    .number()
    .int()
    .min(16)
    .max(65_536)
    .default(128)
    .describe('Megabytes of bodies that are kept in memory at once, all requests together; more are answered 503'),
};

const NAME = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[\d.]+|\[[0-9a-f:.]+\])$/;

/** How a process is asked over HTTP. */
export interface HttpSettings {
  /** The address that it listens on. */
  readonly host: string;
  /** Names of its own, besides those of a loopback address. */
  readonly ownNames: readonly string[];
  readonly bodySeconds: number;
  readonly bodyBytesPerSecond: number;
  /** Of all bodies that are kept in memory at once. */
  readonly bodiesBytes: number;
}

/** The variables of a service that `httpSettingsOf` reads. */
export type HttpConfiguration = z.output<z.ZodObject<typeof httpFields>> & { readonly HOST: string };

export const httpSettingsOf = (config: HttpConfiguration): HttpSettings => ({
  host: config.HOST,
  ownNames: config.OWN_NAMES,
  bodySeconds: config.BODY_SECONDS,
  bodyBytesPerSecond: config.BODY_BYTES_PER_SECOND,
  bodiesBytes: config.BODIES_MB * 1024 * 1024,
});

/** As they are configured when nothing is. */
export const DEFAULT_HTTP: HttpSettings = httpSettingsOf({ HOST: '127.0.0.1', ...z.object(httpFields).parse({}) });
