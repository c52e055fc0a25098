import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { packageObservedSchema, TOPICS, type PackageObserved } from '@weir/contracts';
import { messagingMigrations, openEmbeddedTopics, type Topics } from '@weir/messaging';
import { createLogger, readConfiguration } from '@weir/service';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { startTestService, type TestService } from '../../../../tools/testing/start-service.js';
import { composeIngest, ingestConfigurationSchema } from '../index.js';

const sharedData = process.env['WEIR_SHARED_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');
const webhooks = join(sharedData, 'webhooks');
const logger = createLogger('test');
logger.level = 'silent';

const MOST_WAITING_BYTES = 2 * 1024 * 1024;

let database: TestDatabase;
let topics: Topics;
let app: NestFastifyApplication;
let url: string;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, messagingMigrations);
  topics = await openEmbeddedTopics({
    databaseUrl: database.serviceUrl,
    partitions: 4,
    logger,
    mostWaitingBytes: MOST_WAITING_BYTES,
  });
  const config = readConfiguration(ingestConfigurationSchema, { DATABASE_URL: database.serviceUrl });
  service = await startTestService('ingest', (ports) => composeIngest({ ...ports, topics }, config), {
    clock: () => new Date('2026-11-22T10:00:00Z'),
  });
  ({ app, url } = service);
});
afterAll(async () => {
  await service.close();
  await topics.close();
  await database.drop();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: {
    readonly accepted?: number;
    readonly detail?: string;
    readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
    readonly events?: readonly unknown[];
  };
}

const post = async (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Answer> => {
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Answer['body'],
  };
};

let ids = 0;
const event = (over: object = {}, data: object = {}) => ({
  specversion: '1.0',
  id: `event-${(ids += 1)}`,
  source: '/registry/npm',
  type: 'dev.weir.package.published.v1',
  time: '2026-11-22T09:00:00Z',
  data: { repository: { name: 'REPOSITORY-NAME' }, purl: 'pkg:npm/lodash@4.17.20', ...data },
  ...over,
});

const stored = async (): Promise<PackageObserved[]> => {
  const messages = await Promise.all(
    Array.from({ length: topics.partitions }, (_, partition) => topics.peek(TOPICS.observed, partition, 0, 10_000)),
  );
  return messages.flat().map(({ value }) => packageObservedSchema.parse(JSON.parse(Buffer.from(value).toString())));
};
const count = async (): Promise<number> => (await topics.ends(TOPICS.observed)).reduce((sum, end) => sum + end, 0);

const expectRefusal = async (answer: Promise<Answer>, status: number, words: string): Promise<void> => {
  const before = await count();
  const { status: got, type, body } = await answer;
  expect({ got, type }).toEqual({ got: status, type: expect.stringContaining('application/problem+json') as string });
  expect(JSON.stringify(body)).toContain(words);
  expect(await count()).toBe(before);
};

test('an accepted event in any mode is durable when 202 is answered, under the key of its package', async () => {
  const { data, ...attributes } = event({ type: 'dev.weir.package.downloaded.v1' });
  const binary = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
  const modes: [string, Record<string, string>][] = [
    [JSON.stringify(event()), { 'content-type': 'application/cloudevents+json; charset=utf-8' }],
    [JSON.stringify([event(), event()]), { 'content-type': 'application/cloudevents-batch+json' }],
    [JSON.stringify(data), { 'content-type': 'application/json', ...binary }],
    [JSON.stringify(event()), { 'content-type': 'application/json' }],
    [JSON.stringify([event()]), { 'content-type': 'application/json' }],
  ];
  for (const [body, headers] of modes) {
    const before = await count();
    const answer = await post(body, headers);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(await count()).toBe(before + (answer.body.accepted ?? 0));
    expect(answer.body.events).toHaveLength(answer.body.accepted ?? 0);
    expect(answer.body.events?.[0]).toMatchObject({
      source: '/registry/npm',
      packageKey: 'default/REPOSITORY-NAME/pkg:npm/lodash@4.17.20',
    });
  }
  const downloaded = (await stored()).filter(({ observation }) => observation.kind === 'downloaded');
  expect(downloaded, 'with the time of its header').toMatchObject([
    { observation: { occurredAt: '2026-11-22T09:00:00.000Z' } },
  ]);
});

test('one wrong event refuses its whole batch, and every wrong field is named', async () => {
  const batch = [
    event(),
    event({ id: '' }),
    event(),
    event({}, { purl: 'pkg:nix/hello@1' }),
    event({}, { repository: {}, digest: 'md5:1' }),
  ];
  await expectRefusal(
    post(JSON.stringify(batch.slice(0, 4).filter((_, index) => index !== 1))),
    422,
    '/2/data/purl has the unknown package type \\"nix\\"',
  );
  const { body } = await post(JSON.stringify(batch));
  expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['/1/id', '/4/data/repository/name', '/4/data/digest']);
});

test('identical events of a batch are taken once, different ones under the same id refuse it', async () => {
  const twin = event();
  expect((await post(JSON.stringify([twin, twin]))).body.accepted).toBe(1);
  await expectRefusal(
    post(JSON.stringify([twin, { ...twin, subject: 'other' }])),
    422,
    '/1/id is the id of another event',
  );
});

const cloudEvent = { 'content-type': 'application/cloudevents+json' };
test.each<[string, () => string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string]>([
  [
    'a body over 10 MB',
    () => JSON.stringify(event({}, { license: 'x'.repeat(11_000_000) })),
    cloudEvent,
    413,
    'over 10485760 bytes',
  ],
  [
    'an event that makes too large a message',
    () => JSON.stringify(event({ id: 'huge' }, { license: { text: 'x'.repeat(300_000) } })),
    cloudEvent,
    413,
    '(event huge)',
  ],
  [
    'a batch over 1,000 events',
    () => JSON.stringify(new Array(1_001).fill(event())),
    { 'content-type': 'application/json' },
    413,
    'at most 1000',
  ],
  ['nesting over 64', () => `${'['.repeat(70)}${']'.repeat(70)}`, cloudEvent, 422, '64 deep'],
  ['nesting in the millions', () => '{"a":'.repeat(1_500_000), cloudEvent, 422, '64 deep'],
  [
    'another content type',
    () => 'a=1',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'application/json',
  ],
  [
    'another JSON content type',
    () => '{}',
    { 'content-type': 'application/vnd.docker.distribution.events.v2+json' },
    415,
    'application/cloudevents+json',
  ],
  ['malformed JSON', () => '{"specversion": "1.0",}', cloudEvent, 400, 'at position 22'],
  [
    'U+0000 in a name',
    () => JSON.stringify(event({}, { actor: 'a\u0000b' })),
    cloudEvent,
    422,
    '/data/actor holds U+0000',
  ],
  [
    'a package key over 2,000 bytes',
    () => JSON.stringify(event({}, { purl: `pkg:npm/lodash@${'1'.repeat(2_000)}` })),
    cloudEvent,
    422,
    '/data/purl makes a package key',
  ],
  ['an endless source', () => JSON.stringify(event({ source: 'é'.repeat(1025) })), cloudEvent, 422, 'has 2050 bytes'],
  ['an endless id', () => JSON.stringify(event({ id: '詞'.repeat(200) })), cloudEvent, 422, '/id has 600 bytes: use'],
  [
    'U+0000 in a header',
    () => JSON.stringify(event().data),
    {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'a%00b',
      'ce-source': '/registry',
      'ce-type': 'dev.weir.package.deleted.v1',
    },
    422,
    '/ce-id holds U+0000',
  ],
  [
    'a purl without a version',
    () => JSON.stringify(event({}, { purl: 'pkg:npm/lodash' })),
    cloudEvent,
    422,
    'pkg:npm/lodash@1.2.3',
  ],
  ['another specversion', () => JSON.stringify(event({ specversion: '0.3' })), cloudEvent, 422, '/specversion'],
  [
    'an unknown event type',
    () => JSON.stringify(event({ type: 'dev.cdevents.artifact.published.0.3.0' })),
    cloudEvent,
    422,
    '/type is none of the values it can have: use \\"dev.weir.package.published.v1',
  ],
  ['a time that is none', () => JSON.stringify(event({ time: 'yesterday' })), cloudEvent, 422, '/time'],
  [
    'data as base64',
    () => JSON.stringify({ ...event(), data: undefined, data_base64: 'e30=' }),
    cloudEvent,
    422,
    '/data_base64 is not accepted',
  ],
  [
    'data that is not JSON',
    () => JSON.stringify(event({ datacontenttype: 'text/xml', data: '<a/>' })),
    cloudEvent,
    422,
    '/datacontenttype',
  ],
  ['no data', () => JSON.stringify(event({ data: undefined })), cloudEvent, 422, '/data is required'],
  ['a body that is no object', () => '7', cloudEvent, 422, 'The body is a number: give an object'],
])('%s is refused, names what is wrong and leaves nothing behind', async (_, body, headers, status, words) => {
  const started = cpuMillis();
  await expectRefusal(post(body(), headers), status, words);
  expect(cpuMillis() - started).toBeLessThan(3_000);
});

test('hundreds of thousands of keys are refused at the cost of a few seconds of work', async () => {
  const keys = `{${Array.from({ length: 700_000 }, (_, n) => `"k${n}":1`).join(',')}}`;
  const started = cpuMillis();
  expect((await post(keys, cloudEvent)).status).toBe(422);
  expect(cpuMillis() - started).toBeLessThan(3_000);
});

test('hostile text in names is stored byte for byte', async () => {
  const name = `'; DROP TABLE topic.message; -- "\\ \u{1f600} {a,b} NULL`;
  expect((await post(JSON.stringify(event({ id: name }, { repository: { name } })))).status).toBe(202);
  const found = (await stored()).find(({ observation }) => observation.id === name);
  expect(found?.repository.name).toBe(name);
});

test('while PostgreSQL ends its connections, requests answer 202 or 503 and every 202 is durable', async () => {
  const owner = openTestPool(database.ownerUrl);
  const requests = Array.from({ length: 40 }, async (_, n) => {
    const sent = event();
    await new Promise((resolve) => setTimeout(resolve, n * 5));
    return { id: sent.id, status: (await post(JSON.stringify(sent))).status };
  });
  for (let round = 0; round < 5; round += 1) {
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'weir% topics'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const answers = await Promise.all(requests);
  await owner.end();
  expect(new Set([...answers.map(({ status }) => status), 202, 503])).toEqual(new Set([202, 503]));
  const durable = new Set((await stored()).map(({ observation }) => observation.id));
  expect(answers.filter(({ id, status }) => status === 202 && !durable.has(id))).toEqual([]);
  expect((await post(JSON.stringify(event()))).status).toBe(202);
});

test('when more waits to be stored than may, requests are told to come again, and then nothing is missing or half', async () => {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('BEGIN; LOCK TABLE topic.message IN ACCESS EXCLUSIVE MODE');
  const batches = Array.from({ length: 10 }, () =>
    JSON.stringify(Array.from({ length: 1_000 }, (_, n) => event({}, { purl: `pkg:npm/bound-${n}@1.0.0` }))),
  );
  const send = (body: string) =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body,
    });
  const answers = batches.map(send);
  const refused = await Promise.any(answers);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  await owner.query('COMMIT');
  await owner.end();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([202, 503]));
  const idsOf = (body: string) => (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
  const known = async () => new Set((await stored()).map(({ observation }) => observation.id));
  const durable = await known();
  expect(batches.map((body) => idsOf(body).filter((id) => durable.has(id)).length)).toEqual(
    statuses.map((status) => (status === 202 ? 1_000 : 0)),
  );
  for (const body of batches.filter((_, n) => statuses[n] === 503)) expect((await send(body)).status).toBe(202);
  const afterwards = await known();
  expect(batches.flatMap(idsOf).filter((id) => !afterwards.has(id))).toEqual([]);
});

test('two hundred random mutations of a good request never fault and never hang', async () => {
  let seed = 20_261_122;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\u0000',
    '\\ud800',
    '1e999',
    'null',
    '\u0000',
    'é',
    '__proto__',
    'pkg:',
    '%',
    '@',
    '-1',
    '\n',
  ];
  for (let round = 0; round < 200; round += 1) {
    const bytes = Buffer.from(JSON.stringify(random(2) ? event() : [event(), event()]));
    let mutated = bytes;
    for (let n = 0; n <= random(4); n += 1) {
      const at = random(mutated.length);
      const piece = random(2) ? Buffer.from(pieces[random(pieces.length)] ?? '') : Buffer.from([random(256)]);
      mutated = Buffer.concat([mutated.subarray(0, at), piece, mutated.subarray(at + random(8))]);
    }
    const headers = {
      'content-type':
        ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json', 'text/plain'][
          random(4)
        ] ?? '',
    };
    const started = cpuMillis();
    const { status, type } = await post(new Uint8Array(mutated), headers);
    expect(cpuMillis() - started, `round ${round}`).toBeLessThan(1_000);
    expect([202, 400, 413, 415, 422], `round ${round}: ${mutated.toString()}`).toContain(status);
    if (status !== 202) expect(type).toContain('application/problem+json');
  }
});

test.skipIf(!existsSync(webhooks))(
  'every real webhook of other systems is refused with a problem (needs the shared data, skipped without)',
  async () => {
    const files = readdirSync(webhooks).filter((name) => name.endsWith('.json'));
    expect(files.length).toBeGreaterThan(80);
    for (const file of files) {
      const { status, type, body } = await post(readFileSync(join(webhooks, file), 'utf8'));
      expect([400, 413, 415, 422], file).toContain(status);
      expect(type, file).toContain('application/problem+json');
      expect(body.detail, file).not.toBe('');
    }
  },
);

test('readiness follows the topics, and OpenAPI describes every mode', async () => {
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  const post = document.paths['/v1/events']?.post;
  expect(Object.keys(post?.responses ?? {})).toEqual(['202', '413', '415', '422', '503']);
  expect(JSON.stringify(post?.requestBody)).toContain('application/cloudevents-batch+json');
  expect(JSON.stringify(post?.requestBody)).toContain('dev.weir.package.copied.v1');
});
