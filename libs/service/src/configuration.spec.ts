import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationReference, readConfiguration } from './index.js';

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('TCP port to listen on'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('postgres:// URL of the service role'),
  SIGNING_KEY: z.string().min(10).optional().describe('secret of at least 10 characters'),
});

test('defaults are filled in, and an empty variable counts as unset', () => {
  expect(readConfiguration(schema, { PORT: '', DATABASE_URL: 'postgres://weir@localhost/weir' })).toEqual({
    PORT: 8080,
    DATABASE_URL: 'postgres://weir@localhost/weir',
  });
});

test('one error lists every wrong variable with its value and its cure, secrets masked', () => {
  const read = () =>
    readConfiguration(schema, { PORT: 'many', DATABASE_URL: 'mysql://weir:hunter2@db/weir', SIGNING_KEY: 'short' });
  expect(read).toThrow(/PORT is "many".*TCP port/);
  expect(read).toThrow(/DATABASE_URL is "mysql:\/\/weir:\*\*\*@db\/weir"/);
  expect(read).toThrow(/SIGNING_KEY is \*\*\*/);
  expect(read).not.toThrow(/hunter2|short"/);
  expect(() => readConfiguration(schema, {})).toThrow(
    'DATABASE_URL is not set. Set it to: postgres:// URL of the service role.',
  );
});

test('the reference has a row for each variable', () => {
  expect(configurationReference('ingest', schema)).toContain('| `PORT` | `8080` | TCP port to listen on |');
  expect(configurationReference('ingest', schema)).toContain('| `DATABASE_URL` | required |');
});
