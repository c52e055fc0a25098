import { readFileSync } from 'node:fs';
import { ConfigurationFault, readConfiguration } from '@weir/service/validate';
import type { KafkaConfig } from 'kafkajs';
import { z } from 'zod';

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** What brokers ask of who connects; nothing unless told. */
export interface KafkaAccess {
  /** Encrypt, and trust `ca` (PEM) when there is one, else what Node trusts; `cert` and `key` are shown to brokers that ask for them. */
  readonly tls?: { readonly ca?: string | undefined; readonly cert?: string; readonly key?: string } | undefined;
  readonly sasl?:
    | { readonly mechanism: (typeof MECHANISMS)[number]; readonly username: string; readonly password: string }
    | undefined;
}

/** Settings of every service and command that connects to Weir's own Kafka; read them by `kafkaAccessOf`. */
export const kafkaAccessFields = {
  KAFKA_TLS: z.enum(['true', 'false']).default('false').describe('true: connect to the brokers by TLS'),
  KAFKA_TLS_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of the authority that signed the certificates of the brokers; unset trusts what Node trusts'),
  KAFKA_TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of the certificate to show to brokers that ask for one; needs KAFKA_TLS_KEY_FILE'),
  KAFKA_TLS_KEY_FILE: z.string().optional().describe('PEM file of the key of that certificate'),
  KAFKA_SASL_MECHANISM: z
    .enum(MECHANISMS)
    .optional()
    .describe('How to log in to the brokers: plain, scram-sha-256 or scram-sha-512; unset does not log in'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('Name to log in with'),
  KAFKA_SASL_PASSWORD_FILE: z
    .string()
    .optional()
    .describe(
      'File that holds the password, so that it stands in no configuration; a line break at its end is dropped',
    ),
};

const schema = z.object(kafkaAccessFields);
type Settings = z.output<typeof schema>;

/**
 * How to connect, by the settings.
 * @throws ConfigurationFault that names every setting which is missing, in vain, or names a file that cannot be read.
 */
export const kafkaAccessOf = (settings: Settings): KafkaAccess => {
  const faults = [...missingOf(settings), ...inVainOf(settings)];
  if (faults.length > 0) throw new ConfigurationFault(faults);
  const ca = fileOf(settings, 'KAFKA_TLS_CA_FILE');
  const cert = fileOf(settings, 'KAFKA_TLS_CERT_FILE');
  const key = fileOf(settings, 'KAFKA_TLS_KEY_FILE');
  const password = fileOf(settings, 'KAFKA_SASL_PASSWORD_FILE');
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = settings;
  return {
    ...(settings.KAFKA_TLS === 'true' && {
      tls: { ...(ca !== undefined && { ca }), ...(cert !== undefined && key !== undefined && { cert, key }) },
    }),
    ...(mechanism !== undefined &&
      username !== undefined &&
      password !== undefined && { sasl: { mechanism, username, password: password.replace(/\r?\n$/, '') } }),
  };
};

/** The same from an environment, for commands that have no configuration of their own. */
export const readKafkaAccess = (env: NodeJS.ProcessEnv): KafkaAccess => kafkaAccessOf(readConfiguration(schema, env));

const LOGIN = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD_FILE'] as const;
const CERTIFICATE = ['KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE'] as const;

/** Settings that only say something together. */
const missingOf = (settings: Settings): readonly string[] =>
  [LOGIN, CERTIFICATE].flatMap((together) => {
    const given = together.filter((name) => settings[name] !== undefined);
    if (given.length === 0) return [];
    return together
      .filter((name) => settings[name] === undefined)
      .map((name) => `${name} is required with ${given.join(' and ')}`);
  });

const inVainOf = (settings: Settings): readonly string[] =>
  settings.KAFKA_TLS === 'true'
    ? []
    : (['KAFKA_TLS_CA_FILE', ...CERTIFICATE] as const)
        .filter((name) => settings[name] !== undefined)
        .map((name) => `${name} has no use without KAFKA_TLS=true`);

const fileOf = (
  settings: Settings,
  name: Exclude<keyof Settings, 'KAFKA_TLS' | 'KAFKA_SASL_MECHANISM' | 'KAFKA_SASL_USERNAME'>,
): string | undefined => {
  const file = settings[name];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationFault([
      `${name} is ${file}, which cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    ]);
  }
};

/** The same as kafkajs wants it. */
export const clientAccessOf = ({ tls, sasl }: KafkaAccess): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls === undefined
    ? {}
    : {
        ssl: {
          ...(tls.ca !== undefined && { ca: [tls.ca] }),
          ...(tls.cert !== undefined && { cert: tls.cert }),
          ...(tls.key !== undefined && { key: tls.key }),
        },
      }),
  ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
});

const saslOf = ({
  mechanism,
  username,
  password,
}: NonNullable<KafkaAccess['sasl']>): NonNullable<KafkaConfig['sasl']> => {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
    default:
      return mechanism satisfies never;
  }
};
