import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { createLogger, createService, DEFAULT_HTTP, Needs, type HttpSettings, type ProblemDocument } from '../index.js';

class DoorController {
  changes = 0;
  read() {
    return { changes: this.changes };
  }
  change() {
    this.changes += 1;
    return { changed: true };
  }
}
const prototype = DoorController.prototype;
const route = (name: 'read' | 'change', decorate: MethodDecorator) =>
  decorate(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor);
Controller('door')(DoorController);
route('read', Get());
route('change', Post());
route('read', Needs('nothing'));
route('change', Needs('nothing'));
class DoorModule {
  readonly name = 'door';
}
Module({ controllers: [DoorController] })(DoorModule);

const apps: NestFastifyApplication[] = [];
const serve = async (settings: Partial<HttpSettings>): Promise<NestFastifyApplication> => {
  const logger = createLogger('test');
  logger.level = 'silent';
  const app = await createService({ name: 'test', module: DoorModule, logger, http: { ...DEFAULT_HTTP, ...settings } });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  apps.push(app);
  return app;
};
afterAll(async () => {
  for (const app of apps) await app.close();
});

const ask = async (app: NestFastifyApplication, method: 'GET' | 'POST', headers: Record<string, string>) => {
  const { statusCode, body } = await app.inject({ method, url: '/door', headers });
  return { status: statusCode, body: JSON.parse(body) as ProblemDocument };
};

describe('on a loopback address', () => {
  test.each(['localhost', 'localhost:8080', 'LOCALHOST.', '127.0.0.1:8080', '127.9.9.9', '[::1]:8080'])(
    '%s is its own name',
    async (host) => {
      expect(await ask(await serve({}), 'GET', { host })).toMatchObject({ status: 200 });
    },
  );

  test.each([
    'rebound.example',
    'rebound.example:8080',
    'localhost.evil.example',
    '127.0.0.1.nip.example',
    '10.0.0.1',
    '0.0.0.0:8080',
    '[::ffff:10.0.0.1]',
    'localhost:8080@evil.example',
    'localhost/',
  ])('%s is none, and gets nothing with any method', async (host) => {
    const app = await serve({});
    for (const method of ['GET', 'POST'] as const)
      expect(await ask(app, method, { host })).toMatchObject({
        status: 421,
        body: { detail: expect.stringContaining('OWN_NAMES') as string },
      });
  });

  test('names of its own can be told', async () => {
    const app = await serve({ ownNames: ['weir.example.com'] });
    expect(await ask(app, 'GET', { host: 'weir.example.com:443' })).toMatchObject({ status: 200 });
    expect(await ask(app, 'GET', { host: 'other.example.com' })).toMatchObject({ status: 421 });
  });
});

describe('on an address that others reach', () => {
  test('every name is let through until own names are told, then addresses still are', async () => {
    expect(await ask(await serve({ host: '0.0.0.0' }), 'GET', { host: 'anything' })).toMatchObject({ status: 200 });
    const told = await serve({ host: '0.0.0.0', ownNames: ['weir'] });
    expect(await ask(told, 'GET', { host: 'anything' })).toMatchObject({ status: 421 });
    for (const host of ['weir:8080', '10.1.2.3:8080', '[fd00::1]', 'localhost'])
      expect(await ask(told, 'GET', { host })).toMatchObject({ status: 200 });
  });
});

const OWN = { host: 'localhost:8080' };

describe('a write', () => {
  test.each<[string, Record<string, string>, number]>([
    ['of no browser', {}, 201],
    ['of our own page', { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, 201],
    ['of our own page, in a browser that says no more', { origin: 'http://localhost:8080' }, 201],
    ['typed by the user', { 'sec-fetch-site': 'none' }, 201],
    [
      'of our page behind a proxy that sends another Host',
      { origin: 'https://weir.example', 'sec-fetch-site': 'same-origin' },
      201,
    ],
    ['of the page of others', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['of the page of others, in a browser that says no more', { origin: 'https://evil.example' }, 403],
    [
      'of a page at another port of this machine',
      { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
      403,
    ],
    ['of a page at another port, in a browser that says no more', { origin: 'http://localhost:3000' }, 403],
    ['of a page without a name', { origin: 'null' }, 403],
    ['that says it is of others and of us', { origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s', async (_, headers, status) => {
    const answer = await ask(await serve({}), 'POST', { ...OWN, ...headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.detail).toContain('may change nothing here');
  });

  test('of a page under an own name is let through', async () => {
    const app = await serve({ ownNames: ['weir.example'] });
    expect(await ask(app, 'POST', { ...OWN, origin: 'https://weir.example' })).toMatchObject({ status: 201 });
  });

  test('of whatever a browser may send for a foreign page changes nothing; reading is always possible', async () => {
    const app = await serve({});
    const foreign = ['https://evil.example', 'null', 'http://localhost:1', 'http://127.0.0.1:8080', 'file://', 'x'];
    const sites = ['cross-site', 'same-site', 'CROSS-SITE', 'anything', ''];
    const requests: { readonly method: 'GET' | 'POST'; readonly headers: Record<string, string> }[] = [];
    forEachSeed(200, (chance) => {
      const headers: Record<string, string> = { ...OWN, 'content-type': 'text/plain' };
      if (chance.happens(0.7)) headers['origin'] = chance.pick(foreign);
      if (chance.happens(0.7) || headers['origin'] === undefined) headers['sec-fetch-site'] = chance.pick(sites);
      if (chance.happens(0.5)) headers['sec-fetch-mode'] = chance.pick(['no-cors', 'cors', 'navigate']);
      requests.push({ method: chance.pick(['GET', 'POST']), headers });
    });
    for (const { method, headers } of requests)
      expect(await ask(app, method, headers), JSON.stringify(headers)).toMatchObject({
        status: method === 'GET' ? 200 : 403,
      });
  });
});

test('every answer tells browsers that nothing of it is to be guessed, framed, embedded or run', async () => {
  const app = await serve({});
  for (const [method, url, host] of [
    ['GET', '/door', 'localhost'],
    ['GET', '/nowhere', 'localhost'],
    ['PUT', '/door', 'localhost'],
    ['GET', '/door/%c0%af', 'localhost'],
    ['GET', '/door', 'evil.example'],
    ['GET', '/metrics', 'localhost'],
    ['GET', '/health', 'localhost'],
  ] as const) {
    const { headers } = await app.inject({ method, url, headers: { host } });
    expect(headers, `${method} ${url}`).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/) as string,
    });
  }
});
