import { connect } from 'node:net';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { cpuMillis } from '../../../tools/testing/cpu-time.js';
import {
  createLogger,
  createService,
  Needs,
  NEEDS_NOTHING,
  problem,
  ProblemError,
  ReadinessChecks,
  type ProblemDocument,
} from './index.js';

const order = z.object({ name: z.string(), count: z.int().default(1) });

class OrdersController {
  create(body: unknown) {
    return { taken: body };
  }
  find(limit: unknown) {
    return { limit };
  }
  findWhole(query: unknown) {
    return query;
  }
  refuse() {
    throw new ProblemError(problem(409, 'The order is closed: open a new one.'));
  }
  fail(id: string) {
    throw new Error(`secret internals of ${id}`);
  }
}

// Decorators as calls: the test runner reads decorator syntax only in files that a tsconfig.json includes.
const prototype = OrdersController.prototype;
const route = (name: keyof OrdersController, decorate: MethodDecorator) =>
  decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor);
Controller('orders')(OrdersController);
route('create', Post());
route('find', Get());
route('findWhole', Get('found'));
route('refuse', Get('refused'));
route('fail', Get('failed/:id'));
for (const name of ['create', 'find', 'findWhole', 'refuse', 'fail'] as const) route(name, Needs('read'));
Body({ schema: order })(prototype, 'create', 0);
Query('limit', { schema: z.coerce.number().max(10) })(prototype, 'find', 0);
Query({ schema: z.strictObject({}) })(prototype, 'findWhole', 0);
Param('id')(prototype, 'fail', 0);

class OrdersModule {
  readonly name = 'orders';
}
Module({ controllers: [OrdersController] })(OrdersModule);

const readiness = new ReadinessChecks();
let app: NestFastifyApplication;
beforeAll(async () => {
  const logger = createLogger('test');
  logger.level = 'silent';
  app = await createService({ name: 'test', module: OrdersModule, logger, bodyLimit: 10_000, readiness });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const post = (payload: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.inject({ method: 'POST', url: '/orders', headers, payload });

test('a valid body reaches the controller with its defaults filled in', async () => {
  expect((await post('{"name":"a"}')).json()).toEqual({ taken: { name: 'a', count: 1 } });
  expect((await post('{"name":"a"}', { 'content-type': 'application/vnd.x+json; charset=utf-8' })).statusCode).toBe(
    201,
  );
});

test.each([
  ['a field that is missing', '{}', undefined, 422, '/name is required'],
  ['malformed JSON, short', '{"name": x}', undefined, 400, 'position 9'],
  ['malformed JSON, cut off', '{"name": "a"', undefined, 400, 'position 12'],
  ['an empty body', '', undefined, 400, 'is empty'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), undefined, 400, 'not UTF-8'],
  ['a body over the limit', JSON.stringify({ name: 'a'.repeat(10_000) }), undefined, 413, '10000 bytes'],
  ['nesting over 64', `${'['.repeat(65)}${']'.repeat(65)}`, undefined, 422, '64 deep'],
  ['U+0000', '{"name":"a\\u0000b"}', undefined, 422, '/name holds U+0000'],
  ['half a surrogate pair', '{"name":"\\ud800"}', undefined, 422, '/name holds half'],
  ['a __proto__ key', '{"name":"a","__pr\\u006fto__":{}}', undefined, 422, '/__proto__ is a key'],
  ['another content type', 'a=b', { 'content-type': 'text/plain' }, 415, 'application/json'],
  ['a compressed body', '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415, 'uncompressed'],
])('%s is refused with a problem that says what and how', async (_, payload, headers, status, words) => {
  const response = await post(payload, headers);
  expect(response.statusCode).toBe(status);
  expect(response.headers['content-type']).toContain('application/problem+json');
  expect(response.json()).toMatchObject({ status, detail: expect.stringContaining(words) as string });
});

test('nesting of exactly 64 is read', async () => {
  expect((await post(`${'['.repeat(64)}${']'.repeat(64)}`)).json<ProblemDocument>().detail).toBe(
    'The body is an array: give an object.',
  );
});

test('a wrong query parameter is answered 400 and named, not taken for a field of the body', async () => {
  const response = await app.inject({ method: 'GET', url: '/orders?limit=11' });
  expect(response.json()).toMatchObject({
    status: 400,
    detail: 'The query parameter limit is over 10: use at most 10.',
    errors: [{ pointer: '/limit' }],
  });
  expect((await app.inject({ method: 'GET', url: '/orders/found?purl=x' })).json()).toMatchObject({
    status: 400,
    detail: 'The query has no field purl: remove it.',
  });
});

test('a refusal keeps its problem, an unknown fault tells nothing of its inside', async () => {
  expect((await app.inject('/orders/refused')).json()).toMatchObject({
    status: 409,
    detail: 'The order is closed: open a new one.',
  });
  const failed = await app.inject('/orders/failed/1');
  expect(failed.statusCode).toBe(500);
  expect(failed.body).not.toContain('secret');
});

test('an unknown path is 404, a known path with another method 405 with the methods that work', async () => {
  expect((await app.inject('/nowhere')).json()).toMatchObject({ status: 404 });
  const response = await app.inject({ method: 'DELETE', url: '/orders?x=1' });
  expect(response.statusCode).toBe(405);
  expect(response.headers.allow).toBe('GET, HEAD, POST');
});

test('a malformed URL is answered with a problem too', async () => {
  const response = await app.inject('/orders/%c0%af');
  expect(response.statusCode).toBe(400);
  expect(response.headers['content-type']).toContain('application/problem+json');
});

const head = (line: string, ...headers: readonly string[]) => [line, ...headers, '', ''].join('\r\n');

test.each([
  [
    'headers over 16 KiB',
    head('GET /health HTTP/1.1', 'host: localhost', `x-long: ${'a'.repeat(20_000)}`),
    431,
    'shorten',
  ],
  ['what is no HTTP', 'nonsense\r\n\r\n', 400, 'HTTP/1.1'],
  ['an unknown method', head('FOO /orders HTTP/1.1', 'host: localhost'), 400, 'HTTP/1.1'],
  ['another version', head('GET /orders HTTP/3.7', 'host: localhost'), 400, 'HTTP/1.1'],
  ['no host', head('GET /orders HTTP/1.1', 'connection: close'), 400, 'Host'],
  ['an expectation', head('GET /orders HTTP/1.1', 'host: localhost', 'expect: 200-ok'), 417, '100-continue'],
  [
    'an address that is not encoded',
    head('GET /orders/%ZZ HTTP/1.1', 'host: localhost', 'connection: close'),
    400,
    '%25',
  ],
  [
    'a part of the path that is too long',
    head(`GET /orders/failed/${'a'.repeat(8_193)} HTTP/1.1`, 'host: localhost', 'connection: close'),
    414,
    '8192',
  ],
  [
    'a path that nobody has',
    head('GET /nowhere HTTP/1.1', 'host: localhost', 'connection: close'),
    404,
    'GET /nowhere',
  ],
  [
    'another method',
    head('DELETE /orders HTTP/1.1', 'host: localhost', 'connection: close'),
    405,
    'use GET or HEAD or POST',
  ],
  ['TRACE', head('TRACE /orders HTTP/1.1', 'host: localhost', 'connection: close'), 405, 'use GET or HEAD or POST'],
  ['QUERY', head('QUERY /orders HTTP/1.1', 'host: localhost', 'connection: close'), 405, 'use GET or HEAD or POST'],
  ['CONNECT', head('CONNECT example.com:443 HTTP/1.1', 'host: localhost'), 405, 'no proxy'],
  [
    'a body of another type',
    `${head('POST /orders HTTP/1.1', 'host: localhost', 'connection: close', 'content-type: text/plain', 'content-length: 1')}a`,
    415,
    'application/json',
  ],
  [
    'a body that is too long',
    head(
      'POST /orders HTTP/1.1',
      'host: localhost',
      'connection: close',
      'content-type: application/json',
      'content-length: 10001',
    ),
    413,
    '10000 bytes',
  ],
  [
    'two lengths',
    head('POST /orders HTTP/1.1', 'host: localhost', 'content-length: 1', 'content-length: 2'),
    400,
    'HTTP/1.1',
  ],
])('%s is answered with a problem too', async (_, request, status, words) => {
  if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  socket.write(request);
  const answer = Buffer.concat(await socket.toArray()).toString();
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
  expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  expect(JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '')).toMatchObject({
    status,
    detail: expect.stringContaining(words) as string,
  });
});

test('health says that the process lives; readiness names the check that fails and recovers', async () => {
  expect((await app.inject('/health')).json()).toEqual({ status: 'alive' });
  expect((await app.inject('/ready')).statusCode).toBe(200);
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' });
  const remove = readiness.register('database', () => Promise.reject(refused));
  const failing = await app.inject('/ready');
  expect(failing.statusCode).toBe(503);
  expect(failing.json<ProblemDocument>().detail).toContain('database (PostgreSQL cannot be reached)');
  expect(failing.headers['retry-after']).toBe('5');
  expect(failing.body).not.toContain('10.1.2.3');
  remove();
  expect((await app.inject('/ready')).statusCode).toBe(200);
});

test('a long malformed body is located with less than a second of work', async () => {
  const started = cpuMillis();
  const response = await post(`["${'a'.repeat(9_000)}" x`);
  expect(response.statusCode).toBe(400);
  expect(cpuMillis() - started).toBeLessThan(1_000);
});

test('closing waits for requests under way, but not for ever', async () => {
  const logger = createLogger('test');
  logger.level = 'silent';
  const closing = await createService({ name: 'test', module: OrdersModule, logger, closeWithin: 100 });
  const reached = Promise.withResolvers<true>();
  closing
    .getHttpAdapter()
    .getInstance()
    .get('/stream', { config: NEEDS_NOTHING }, () => {
      reached.resolve(true);
      return new Promise(() => undefined);
    });
  await closing.listen(0, '127.0.0.1');
  const hanging = fetch(`${await closing.getUrl()}/stream`).then(
    () => 'answered',
    () => 'cut off',
  );
  await reached.promise;
  await closing.close();
  expect(await hanging).toBe('cut off');
});
