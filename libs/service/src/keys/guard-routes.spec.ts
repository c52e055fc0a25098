import { connect, type AddressInfo } from 'node:net';
import { PERMISSIONS, type Permission, type Principal } from '@weir/domain';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProblemError } from '../http/problem-error.js';
import { admit } from './admit.js';
import { guardedRoutes, guardRoutes, principalOf } from './guard-routes.js';
import { environmentKeys, type KeyRing } from './key-ring.js';
import { needNothing } from './need-nothing.js';
import { NEEDS_NOTHING, withRule } from './rule.js';

const READ = withRule({ permission: 'read', workspaces: 'own' });

let server: FastifyInstance;
afterEach(() => server.close());

/** A door with the problem as answer. */
const serverWith = (ring: KeyRing): FastifyInstance => {
  server = fastify();
  guardRoutes(
    server,
    ring,
    ({ problem, headers }, _, reply) => void reply.code(problem.status).headers(headers).send(problem),
  );
  return server;
};

test('a key is checked before a byte of the body is read', async () => {
  serverWith(environmentKeys(['a-key'])).post('/events', { config: READ }, async () => 'taken');
  await server.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  // Ten megabytes are announced and never sent.
  socket.write(
    'POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n',
  );
  const [answer] = (await socket.take(1).toArray()) as [Buffer];
  expect(answer.toString()).toContain('HTTP/1.1 401 ');
});

test('a body for a route that there is not is read for nobody unknown; what there is not is said to everybody', async () => {
  serverWith(environmentKeys(['a-key']));
  const send = (method: 'GET' | 'POST', headers: Record<string, string> = {}) =>
    server.inject({ method, url: '/nowhere', headers });
  expect((await send('POST')).statusCode).toBe(401);
  expect((await send('POST', { 'x-api-key': 'a-key' })).statusCode).toBe(404);
  expect((await send('GET')).statusCode).toBe(404);
});

test('a service with a route that has no rule does not start, and the route is named', async () => {
  serverWith(environmentKeys([])).get('/told', { config: READ }, async () => 'x');
  server.put('/forgotten', async () => 'x');
  await expect(server.ready()).rejects.toThrow('what PUT /forgotten needs');
});

test('files of pages need nothing, and every route tells its rule', async () => {
  serverWith(environmentKeys(['a-key']));
  needNothing(server, (url) => url.startsWith('/docs'));
  server.get('/docs/x.js', async () => 'x').get('/health', { config: NEEDS_NOTHING }, async () => 'x');
  server.get('/told', { config: READ }, async (request) => principalOf(request).name);
  await server.ready();
  expect(guardedRoutes(server).map(({ method, url, permission }) => `${method} ${url} ${permission}`)).toEqual([
    'GET /docs/x.js nothing',
    'HEAD /docs/x.js nothing',
    'GET /health nothing',
    'HEAD /health nothing',
    'GET /told read',
    'HEAD /told read',
  ]);
  expect((await server.inject('/docs/x.js')).statusCode).toBe(200);
  expect((await server.inject('/told')).statusCode).toBe(401);
  expect((await server.inject({ url: '/told', headers: { authorization: 'bearer  a-key' } })).body).toBe('API_KEYS');
});

const ringOf = (principal: Pick<Principal, 'permissions' | 'workspaces'>): KeyRing => ({
  state: () => 'guarded',
  find: (key) => (key === 'a-key' ? { name: 'ci', keyId: 'k', ...principal } : { refused: 'Unknown.' }),
});
const statusOf = (outcome: Principal | ProblemError): number => ('problem' in outcome ? outcome.problem.status : 200);

describe('who is let in', () => {
  test.each(PERMISSIONS)('a route that needs %s lets in a key that has it, and no other', (needed) => {
    const rule = { permission: needed, workspaces: 'own' } as const;
    const held = (permission: Permission) => ringOf({ permissions: [permission], workspaces: null });
    expect(PERMISSIONS.filter((one) => statusOf(admit(rule, held(one), 'a-key')) === 200)).toEqual([needed]);
    const lacks = admit(rule, ringOf({ permissions: [], workspaces: null }), 'a-key');
    expect(lacks).toMatchObject({ problem: { status: 403, detail: expect.stringContaining(needed) as string } });
    expect(statusOf(admit(rule, held(needed), 'another'))).toBe(401);
    expect(statusOf(admit(rule, held(needed), null))).toBe(401);
  });

  test('what belongs to no workspace takes a key for all of them', () => {
    const rule = { permission: 'feeds:load', workspaces: 'all' } as const;
    const bound = ringOf({ permissions: PERMISSIONS, workspaces: ['acme'] });
    expect(admit(rule, bound, 'a-key')).toMatchObject({
      problem: {
        status: 403,
        detail: 'The key ci is bound to acme, and this belongs to no workspace: it takes a key for all workspaces.',
      },
    });
    expect(statusOf(admit({ ...rule, workspaces: 'own' }, bound, 'a-key'))).toBe(200);
  });

  test('nobody is let in before the keys were read, but to what needs nothing', () => {
    const unread: KeyRing = { state: () => 'unread', find: () => ({ refused: 'Unknown.' }) };
    expect(statusOf(admit({ permission: 'read', workspaces: 'own' }, unread, 'a-key'))).toBe(503);
    expect(statusOf(admit({ permission: 'nothing', workspaces: 'own' }, unread, null))).toBe(200);
  });
});
