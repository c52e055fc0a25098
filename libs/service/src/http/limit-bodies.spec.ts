import { connect, type Socket } from 'node:net';
import { Body, Controller, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, expect, test } from 'vitest';
import { createLogger, createService, DEFAULT_HTTP, Needs, type HttpSettings } from '../index.js';

class TakeController {
  take(body: unknown) {
    return { taken: JSON.stringify(body).length };
  }
}
const prototype = TakeController.prototype;
Controller('take')(TakeController);
Post()(prototype, 'take', Object.getOwnPropertyDescriptor(prototype, 'take') as PropertyDescriptor);
Needs('nothing')(prototype, 'take', Object.getOwnPropertyDescriptor(prototype, 'take') as PropertyDescriptor);
Body()(prototype, 'take', 0);
class TakeModule {
  readonly name = 'take';
}
Module({ controllers: [TakeController] })(TakeModule);

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

const serve = async (http: Partial<HttpSettings>): Promise<number> => {
  const logger = createLogger('test');
  logger.level = 'silent';
  app = await createService({
    name: 'test',
    module: TakeModule,
    logger,
    http: { ...DEFAULT_HTTP, ...http },
    closeWithin: 100,
  });
  await app.listen(0, '127.0.0.1');
  return Number(new URL(await app.getUrl()).port);
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly isClosed: boolean;
}

/** Sends a head and then a text letter by letter, until there is an answer and the connection is closed, or a limit. */
const drip = (port: number, head: string, each: number, most: number): Promise<Answer> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    const letters = JSON.stringify('a'.repeat(length - 2))[Symbol.iterator]();
    const timer = setInterval(() => socket.write(letters.next().value ?? ''), each);
    const done = (isClosed: boolean) => {
      clearInterval(timer);
      clearTimeout(limit);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text, isClosed });
    };
    const limit = setTimeout(() => done(false), most);
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => done(true));
    socket.write(`${head}\r\n\r\n`);
  });

const post = (path: string, length: number | 'chunked') =>
  [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`,
  ].join('\r\n');

test('a body that drips is answered 408 and hung up on, refused or not, and one that comes fast enough is taken', async () => {
  const port = await serve({ bodyBytesPerSecond: 20 });
  const [taken, refused, unknown, fast] = await Promise.all([
    drip(port, post('/take', 5_000), 400, 20_000),
    drip(port, post('/take', 5_000).replace('localhost', 'evil.example'), 400, 20_000),
    drip(port, post('/nowhere', 5_000), 400, 20_000),
    drip(port, post('/take', 650), 20, 20_000),
  ]);
  expect(taken).toMatchObject({ status: 408, isClosed: true });
  expect(taken.text).toContain('slower than 20 bytes a second');
  expect(taken.text).toContain('content-type: application/problem+json');
  expect(refused).toMatchObject({ status: 421, isClosed: true });
  expect(unknown).toMatchObject({ status: 408, isClosed: true });
  expect(fast.status).toBe(201);
}, 40_000);

test('a body that has not come within its time is answered 408, however fast it comes', async () => {
  const port = await serve({ bodySeconds: 1, bodyBytesPerSecond: 0 });
  const answer = await drip(port, post('/take', 100_000), 5, 10_000);
  expect(answer).toMatchObject({ status: 408, isClosed: true });
  expect(answer.text).toContain('within 1 seconds');
});

const MEGABYTE = 1024 * 1024;

/** Sends all but the last byte of a body; the socket stays open. */
const almost = (port: number, length: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').on('error', reject);
    socket.write(`${post('/take', length)}\r\n\r\n"${'a'.repeat(length - 2)}`, () => resolve(socket));
  });

test('no more bodies are kept than memory is given, and there is room again when they are gone', async () => {
  const port = await serve({ bodiesBytes: 20 * MEGABYTE });
  const held = await Promise.all([almost(port, 9 * MEGABYTE), almost(port, 9 * MEGABYTE)]);
  const send = (length: number) =>
    fetch(`http://127.0.0.1:${port}/take`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify('a'.repeat(length)),
    });
  await expect.poll(async () => (await send(5 * MEGABYTE)).status, { timeout: 5_000 }).toBe(503);
  const refused = await send(5 * MEGABYTE);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await send(100)).status).toBe(201);
  for (const socket of held) socket.destroy();
  await expect.poll(async () => (await send(5 * MEGABYTE)).status, { timeout: 10_000 }).toBe(201);
});

test('bodies that do not say how long they are count by what came of them', async () => {
  const port = await serve({ bodiesBytes: 2 * MEGABYTE, bodyBytesPerSecond: 0 });
  const answers = Array.from(
    { length: 3 },
    () =>
      new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        let text = '';
        socket.on('data', (bytes) => (text += bytes.toString()));
        socket.on('error', () => undefined).on('close', () => resolve(text));
        socket.write(`${post('/take', 'chunked')}\r\n\r\n${MEGABYTE.toString(16)}\r\n"${'a'.repeat(MEGABYTE - 1)}\r\n`);
        setTimeout(() => socket.destroy(), 6_000).unref();
      }),
  );
  const texts = await Promise.all(answers);
  expect(texts.filter((text) => text.startsWith('HTTP/1.1 503')).length).toBeGreaterThan(0);
});
