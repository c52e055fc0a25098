import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readKafkaAccess } from './kafka-access.js';

const folder = mkdtempSync(join(tmpdir(), 'weir-access-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const password = file('password', 'se cret\n');
const login = {
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_SASL_USERNAME: 'weir',
  KAFKA_SASL_PASSWORD_FILE: password,
};

test('without settings connections are open, as before', () => {
  expect(readKafkaAccess({})).toEqual({});
});

test('a login is read from its file, without the line break at its end', () => {
  expect(readKafkaAccess(login)).toEqual({
    sasl: { mechanism: 'scram-sha-512', username: 'weir', password: 'se cret' },
  });
});

test('TLS trusts an authority of its own, and shows a certificate', () => {
  expect(readKafkaAccess({ KAFKA_TLS: 'true' })).toEqual({ tls: {} });
  const files = {
    KAFKA_TLS_CA_FILE: file('ca', 'CA'),
    KAFKA_TLS_CERT_FILE: file('cert', 'CERT'),
    KAFKA_TLS_KEY_FILE: file('key', 'KEY'),
  };
  expect(readKafkaAccess({ KAFKA_TLS: 'true', ...files })).toEqual({ tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } });
});

describe('settings that do not go together are refused by name', () => {
  test.each([
    [
      'half a login',
      { KAFKA_SASL_USERNAME: 'weir' },
      [
        'KAFKA_SASL_MECHANISM is required with KAFKA_SASL_USERNAME',
        'KAFKA_SASL_PASSWORD_FILE is required with KAFKA_SASL_USERNAME',
      ],
    ],
    [
      'a certificate without its key',
      { KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: password },
      ['KAFKA_TLS_KEY_FILE is required with KAFKA_TLS_CERT_FILE'],
    ],
    [
      'an authority for connections that are open',
      { KAFKA_TLS_CA_FILE: password },
      ['KAFKA_TLS_CA_FILE has no use without KAFKA_TLS=true'],
    ],
    [
      'a file that is not there',
      { ...login, KAFKA_SASL_PASSWORD_FILE: '/nowhere/password' },
      ['KAFKA_SASL_PASSWORD_FILE is /nowhere/password, which cannot be read'],
    ],
    ['a mechanism that is not known', { ...login, KAFKA_SASL_MECHANISM: 'kerberos' }, ['KAFKA_SASL_MECHANISM']],
  ])('%s', (_what, env, words) => {
    for (const word of words) expect(() => readKafkaAccess(env)).toThrow(word);
  });
});
