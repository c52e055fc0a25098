import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationFault } from '@weir/service';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readUpstreams } from './upstreams-file.js';

const folder = mkdtempSync(join(tmpdir(), 'weir-upstreams-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const upstream = { name: 'harbor', brokers: ['kafka.example:9092'], topic: 'harbor-events', format: 'cloudevents' };
const mapping = { type: 'published', repository: { name: '/repo' }, purl: 'pkg:npm/{/name}@{/version}' };
const read = (...upstreams: readonly object[]) => readUpstreams(write('upstreams.yaml', stringify(upstreams)));

test('without a file there are no upstreams', () => {
  expect(readUpstreams(undefined)).toEqual([]);
});

test('what is not said has its default', () => {
  expect(read(upstream)).toEqual([
    {
      name: 'harbor',
      brokers: ['kafka.example:9092'],
      topic: 'harbor-events',
      group: 'weir-ingest-harbor',
      from: 'earliest',
      access: {},
      otherTypes: 'refuse',
      mapping: null,
    },
  ]);
});

test('a prefix begins the group that nobody named, and leaves alone what somebody did', () => {
  const file = write('upstreams.yaml', stringify([upstream, { ...upstream, name: 'zot', group: 'theirs' }]));
  expect(readUpstreams(file, 'staging.').map(({ group }) => group)).toEqual(['staging.weir-ingest-harbor', 'theirs']);
});

test('the example is read', () => {
  expect(
    readUpstreams(join(import.meta.dirname, '../../../../examples/upstreams/upstreams.yaml')).map(({ name }) => name),
  ).toEqual(['pipeline', 'harbor', 'distribution', 'zot', 'cdevents']);
});

test('secrets come from files, and TLS trusts an authority of its own', () => {
  const sasl = { mechanism: 'scram-sha-512', username: 'weir', passwordFile: write('password', 'hunter2\n') };
  const [one] = read({ ...upstream, sasl, tls: { caFile: write('ca.pem', 'PEM') } });
  expect(one?.access).toEqual({
    tls: { ca: 'PEM' },
    sasl: { mechanism: 'scram-sha-512', username: 'weir', password: 'hunter2' },
  });
  expect(read({ ...upstream, tls: true })[0]?.access).toEqual({ tls: {} });
});

describe('what is wrong is told by its field and with the cure', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a file that is not there',
      () => readUpstreams(join(folder, 'none.yaml')),
      /UPSTREAM_FILE cannot be read: ENOENT/,
    ],
    ['a file that is no YAML', () => readUpstreams(write('broken.yaml', '- name: [')), /is no YAML/],
    [
      'a file that is no list',
      () => readUpstreams(write('object.yaml', 'name: harbor')),
      /the whole is an object: give an array/,
    ],
    ['a field that nobody knows', () => read({ ...upstream, topics: 'x' }), /\/0 has no field topics: remove it/],
    [
      'a broker without a port',
      () => read({ ...upstream, brokers: ['kafka.example'] }),
      /\/0\/brokers\/0 must be host:port/,
    ],
    [
      'a mapping that is missing',
      () => read({ ...upstream, format: 'mapping' }),
      /\/0\/mapping is required with format mapping/,
    ],
    ['a mapping without use', () => read({ ...upstream, mapping }), /\/0\/mapping has no use with format cloudevents/],
    [
      'two of one name',
      () => read(upstream, { ...upstream, group: 'other' }),
      /\/1\/name is "harbor" of another upstream as well/,
    ],
    [
      'two of one group',
      () => read(upstream, { ...upstream, name: 'zot', group: 'weir-ingest-harbor' }),
      /\/1\/group is "weir-ingest-harbor" of another/,
    ],
    [
      'a path that is none',
      () => read({ ...upstream, format: 'mapping', mapping: { ...mapping, digest: '/a~2b' } }),
      /\/0\/mapping\/digest is no path/,
    ],
    [
      'a hole that is no path',
      () => read({ ...upstream, format: 'mapping', mapping: { ...mapping, purl: 'pkg:npm/{name}@1' } }),
      /\/0\/mapping\/purl .*in braces that is no path/,
    ],
    [
      'a purl without a name',
      () => read({ ...upstream, format: 'mapping', mapping: { ...mapping, purl: { type: 'npm', version: '/v' } } }),
      /\/0\/mapping\/purl .*needs name, or fullName/,
    ],
    [
      'a kind that is none',
      () =>
        read({
          ...upstream,
          format: 'mapping',
          mapping: { ...mapping, type: { from: '/t', values: { a: 'pushed' } } },
        }),
      /\/0\/mapping\/type .*"published"/,
    ],
    [
      'a password file that is not there',
      () => read({ ...upstream, sasl: { mechanism: 'plain', username: 'a', passwordFile: join(folder, 'nothing') } }),
      /\/0\/sasl\/passwordFile cannot be read/,
    ],
  ])('%s', (_, reading, words) => {
    expect(reading).toThrow(ConfigurationFault);
    expect(reading).toThrow(words);
  });
});
