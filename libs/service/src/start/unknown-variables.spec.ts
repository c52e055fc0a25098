import { expect, test } from 'vitest';
import { unknownVariables } from './unknown-variables.js';

const known = new Set([
  ...['HOST', 'PORT', 'DATABASE_URL', 'DATABASE_CONNECTIONS', 'API_KEYS', 'LOG_LEVEL', 'PARTITIONS', 'RETRY_PAUSES'],
  ...['KAFKA_BROKERS', 'KAFKA_TLS', 'KAFKA_TLS_CA_FILE', 'KAFKA_SASL_USERNAME', 'WEIR_DATA'],
]);
const find = (...names: string[]) =>
  unknownVariables(known, Object.fromEntries(names.map((name) => [name, 'tcp://a-secret'])));

test.each([
  ['KAFKA_TSL', 'KAFKA_TLS'],
  ['API_KEY', 'API_KEYS'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['log_level', 'LOG_LEVEL'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['KAFKA_BROKER', 'KAFKA_BROKERS'],
  ['WEIR_API_KEYS', 'API_KEYS'],
  ['WEIR_PORT', 'PORT'],
  ['PARTITION', 'PARTITIONS'],
  ['KAFKA_SSL_KEYSTORE', null],
  ['WEIR_COLOUR', null],
])('%s is told, and %s is what was probably meant', (name, likely) => {
  expect(find(name)).toEqual([{ name, likely }]);
});

test('what every machine has, what others read and what Kubernetes tells of services beside it is not told', () => {
  expect(find('PATH', 'HOME', 'HOSTNAME', 'USER', 'SHELL', 'NODE_ENV', 'TZ', 'PWD', 'LANG', 'COLORTERM')).toEqual([]);
  expect(find('OTEL_EXPORTER_OTLP_HEADERS', 'DATABASE_PASSWORD', 'JAVA_HOME', 'npm_config_cache')).toEqual([]);
  expect(
    find('WEIR_API_SERVICE_HOST', 'WEIR_API_SERVICE_PORT_HTTP', 'WEIR_API_PORT_8080_TCP', 'WEIR_API_PORT'),
  ).toEqual([]);
  expect(find('KAFKA_SERVICE_HOST', 'KAFKA_PORT_9092_TCP_ADDR', 'KAFKA_PORT', 'KAFKA_SERVICE_PORT')).toEqual([]);
  expect(find('KAFKA_PORT')).toEqual([{ name: 'KAFKA_PORT', likely: null }]);
});

/** Every way to miss one key, at every place. */
const slipsOf = (name: string): string[] =>
  Array.from(name).flatMap((_, at) => [
    name.slice(0, at) + name.slice(at + 1),
    `${name.slice(0, at)}Q${name.slice(at)}`,
    `${name.slice(0, at)}Q${name.slice(at + 1)}`,
    name.slice(0, at) + (name[at + 1] ?? '') + (name[at] ?? '') + name.slice(at + 2),
  ]);

test('one slip at any place of any name is told, and the name that was meant', () => {
  for (const name of known)
    for (const slip of slipsOf(name).filter((one) => one !== name && !known.has(one)))
      expect(find(slip), slip).toEqual([{ name: slip, likely: name }]);
});
