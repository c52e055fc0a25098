import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationFault } from '@weir/service';
import { expect, test } from 'vitest';
import { readEndpoints } from './read-endpoints.js';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const ops = { name: 'ops', url: 'https://hooks.example.com/weir', secrets: [secret] };
const read = (...endpoints: readonly object[]) => readEndpoints({ WEBHOOKS: JSON.stringify(endpoints) });

test('without configuration there are no endpoints', () => expect(readEndpoints({})).toEqual([]));

test('an endpoint hears of every kind and stays on public addresses unless told otherwise', () => {
  expect(read(ops)).toEqual([{ ...ops, kinds: null, allowPrivate: false }]);
  expect(read({ ...ops, events: ['quarantined'], allowPrivate: true, url: 'http://10.0.0.1/' })).toEqual([
    { ...ops, url: 'http://10.0.0.1/', kinds: ['quarantined'], allowPrivate: true },
  ]);
});

test('two secrets may stand side by side while keys are rotated', () => {
  expect(read({ ...ops, secrets: [secret, secret] })[0]?.secrets).toHaveLength(2);
});

test('a file may hold them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-webhooks-'));
  try {
    writeFileSync(join(folder, 'webhooks.json'), JSON.stringify([ops]));
    expect(readEndpoints({ WEBHOOKS_FILE: join(folder, 'webhooks.json') })).toHaveLength(1);
    expect(() => readEndpoints({ WEBHOOKS_FILE: join(folder, 'missing.json') })).toThrow(
      /WEBHOOKS_FILE cannot be read/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['no name', { ...ops, name: undefined }, 'WEBHOOKS/0/name is required'],
  [
    'a name with spaces',
    { ...ops, name: 'Ops team' },
    'WEBHOOKS/0/name must be lower case letters, digits and hyphens',
  ],
  ['no URL', { ...ops, url: 'hooks.example.com' }, 'WEBHOOKS/0/url must be an https URL'],
  ['another scheme', { ...ops, url: 'file:///etc/passwd' }, 'WEBHOOKS/0/url must be an https URL'],
  [
    'plain http',
    { ...ops, url: 'http://hooks.example.com/' },
    'WEBHOOKS/0/url must be an https URL, unless "allowPrivate" is true',
  ],
  [
    'a private address',
    { ...ops, url: 'https://169.254.169.254/' },
    'WEBHOOKS/0/url 169.254.169.254 has the address 169.254.169.254, which is not public',
  ],
  ['a decimal address', { ...ops, url: 'https://2130706433/' }, 'which is not public'],
  ['no secret', { ...ops, secrets: [] }, 'WEBHOOKS/0/secrets must hold one secret'],
  [
    'a short secret',
    { ...ops, secrets: ['whsec_c2hvcnQ='] },
    'WEBHOOKS/0/secrets/0 must be whsec_ and 24 to 64 random bytes in base64',
  ],
  ['an unknown kind', { ...ops, events: ['exploded'] }, 'WEBHOOKS/0/events/0'],
  ['a misspelt field', { ...ops, allowprivate: true }, 'allowprivate'],
])('%s is refused, with the place and the cure', (_what, endpoint, message) => {
  expect(() => read(endpoint)).toThrow(ConfigurationFault);
  expect(() => read(endpoint)).toThrow(message);
});

test('two endpoints of one name, and both variables at once, are refused', () => {
  expect(() => read(ops, ops)).toThrow(/must not name two endpoints alike/);
  expect(() => readEndpoints({ WEBHOOKS: '[]', WEBHOOKS_FILE: 'x' })).toThrow(/are both set/);
});

test.each([
  `[{"secrets":["${secret}"]`,
  `{"secrets":["${secret}"]}`,
  JSON.stringify([{ ...ops, name: 'NO', secrets: [secret, `${secret}!`] }]),
])('no message shows a secret', (text) => {
  try {
    readEndpoints({ WEBHOOKS: text });
    expect.unreachable();
  } catch (fault) {
    expect(fault).toBeInstanceOf(ConfigurationFault);
    expect(String(fault)).not.toContain(secret.slice(6, 20));
  }
});
