import { describe, expect, test } from 'vitest';
import { connectionStringOf } from './connection-string.js';
import { databaseUrlField, faultOfDatabaseUrl, placeOfDatabase } from './database-url.js';

const SECRET = 'p@ss/w#rd?';
const OTHERS = ['mysql', 'mariadb', 'mongodb', 'redis', 'sqlite', 'sqlserver', 'http', 'jdbc:postgresql', 'file'];

describe('an address that is not of PostgreSQL', () => {
  test.each(OTHERS)('%s:// is refused by name, without its password', (scheme) => {
    const fault = faultOfDatabaseUrl(`${scheme}://weir:${SECRET}@db.example:3306/weir`);
    expect(fault).toContain('postgres://user:password@host:port/database');
    if (!scheme.includes(':') && fault?.startsWith('begins')) expect(fault).toContain(`${scheme}://`);
    expect(fault).not.toContain('p@ss');
  });

  test.each(['', 'db.example', '/var/run/postgresql', 'postgres//db/weir', `postgres://weir:${SECRET}@db/weir`])(
    'nor is %j taken for one',
    (text) => {
      expect(faultOfDatabaseUrl(text)).toContain('percent-encoded');
    },
  );
});

test.each(['postgres', 'postgresql'])('%s:// is taken, and passed on as it is', (scheme) => {
  const url = `${scheme}://weir:change-me@db.example:5432/weir?sslmode=verify-full`;
  expect(databaseUrlField('the log').parse(url)).toBe(url);
});

test.each([
  ['postgres://weir:change-me@db.example:6432/log', { host: 'db.example:6432', database: 'log' }],
  ['postgres://weir@db.example', { host: 'db.example:5432', database: 'weir' }],
  ['postgres:///log?host=/run/postgresql', { host: '/run/postgresql:5432', database: 'log' }],
  ['postgres://weir@[::1]/a%20b', { host: '[::1]:5432', database: 'a b' }],
])('the place of %s is told without its login', (url, place) => {
  expect(placeOfDatabase(url)).toEqual(place);
});

const AS_GIVEN = [
  '',
  '?sslmode=disable',
  '?sslmode=no-verify',
  '?sslmode=verify-full',
  '?sslmode=require&uselibpqcompat=true',
];
test.each([
  ['?sslmode=require', '?sslmode=verify-full'],
  ['?x=1&sslmode=prefer&y=2', '?x=1&sslmode=verify-full&y=2'],
  ['?sslmode=verify-ca', '?sslmode=verify-full'],
  ...AS_GIVEN.map((query): [string, string] => [query, query]),
])('an address with %j reaches pg with %j', (given, reached) => {
  expect(connectionStringOf(`postgres://a@db.example/weir${given}`)).toBe(`postgres://a@db.example/weir${reached}`);
});
