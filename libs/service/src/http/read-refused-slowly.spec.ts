import { connect } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { readRefusedSlowly } from './read-refused-slowly.js';

const LENGTH = 4_000_000;
let server: FastifyInstance;
afterEach(() => server.close());

const serve = async (bytesPerSecond: number): Promise<{ readonly port: number; readonly read: () => number }> => {
  server = fastify({ bodyLimit: 1_000, forceCloseConnections: true });
  readRefusedSlowly(server, bytesPerSecond);
  let socket = { bytesRead: 0 };
  server.addHook('onRequest', async (request, reply) => {
    ({ socket } = request.raw);
    if (request.url === '/refused') return reply.code(401).send({ why: 'no key' });
  });
  server.post('/taken', async ({ body }) => body);
  await server.listen({ port: 0, host: '127.0.0.1' });
  return { port: Number(new URL(server.listeningOrigin).port), read: () => socket.bytesRead };
};

/** Sends all of a body before it looks at the answer, then a small request on the same connection. */
const send = (port: number) => {
  const socket = connect(port, '127.0.0.1');
  const statuses: string[] = [];
  const head = (to: string, length: number) =>
    `POST ${to} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const sent = new Promise<void>((resolve) =>
    socket.write(head('/refused', LENGTH), () => socket.write(Buffer.alloc(LENGTH, '0'), () => resolve())),
  );
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => statuses.push(...(bytes.toString('latin1').match(/HTTP\/1\.1 \d+/g) ?? [])));
  return { socket, statuses, sent, again: () => socket.write(`${head('/taken', 2)}{}`) };
};

test('the body of a refused request is read no faster than so many bytes a second', async () => {
  const { port, read } = await serve(1_000);
  const { socket, statuses } = send(port);
  await vi.waitFor(() => expect(statuses).toEqual(['HTTP/1.1 401']));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(read()).toBeLessThan(LENGTH / 4);
  socket.destroy();
});

test('who sends everything first has it read, sees the answer, and is answered again on the same connection', async () => {
  const { port, read } = await serve(400_000_000);
  const { socket, statuses, sent, again } = send(port);
  await sent;
  await vi.waitFor(() => expect(read()).toBeGreaterThanOrEqual(LENGTH), { timeout: 30_000 });
  again();
  await vi.waitFor(() => expect(statuses).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']), { timeout: 30_000 });
  socket.destroy();
});

test('what is taken is read as fast as it comes', async () => {
  const { port } = await serve(1);
  const answer = await fetch(`http://127.0.0.1:${port}/taken`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(await answer.json()).toEqual({ a: 1 });
});
