import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { TOPICS } from '@weir/contracts';
import { scrape, type ProcessPorts } from '@weir/service';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  enrichmentConfiguration,
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { startTestService, type TestService } from '../../../../tools/testing/start-service.js';
import { composeEnrichment } from '../compose-enrichment.js';

let enrichment: TestEnrichment;
let service: TestService;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
  enrichment.clock.now = '2026-11-22T12:00:00.000Z';
  const { pool, store, topics } = enrichment;
  const config = enrichmentConfiguration(enrichment.databaseUrl);
  const compose = (ports: ProcessPorts) => composeEnrichment({ ...ports, pool, store, topics }, config);
  service = await startTestService('enrichment', compose, { clock: () => new Date(enrichment.clock.now) });
});

afterEach(async () => {
  await service.close();
  await enrichment.close();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${service.url}${path}`, init);
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, type: response.headers.get('content-type'), body };
};

const send = (path: string, body: string, type = 'application/octet-stream'): Promise<Answer> =>
  ask(path, { method: 'POST', headers: { 'content-type': type }, body });

const accept = (feed: string, body: unknown): Promise<Answer> =>
  send(`/v1/feeds/${feed}/accept`, JSON.stringify(body), 'application/json');

const feedShown = async (feed: string): Promise<unknown> =>
  ((await ask('/v1/feeds')).body['feeds'] as readonly { readonly feed: string }[]).find((one) => one.feed === feed);

const CVES = Array.from({ length: 400 }, (_, i) => `CVE-2026-${1000 + i}`);

const scores = (day: string, cves: readonly string[], score = 0.9): string =>
  `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\n${cves.map((cve) => `${cve},${score},0.5\n`).join('')}`;

/** A file that leaves out so much that it is held back; its digest. */
const holdBack = async (): Promise<string> => {
  await send('/v1/feeds/epss', scores('2026-11-20', CVES));
  const { body } = await send('/v1/feeds/epss?name=cut.csv', scores('2026-11-21', CVES.slice(150)));
  expect(body).toMatchObject({ awaited: 150, heldBack: { absent: 150 } });
  return String(body['content']);
};

const OTHER = `sha256:${'0'.repeat(64)}`;
const BY_ADA = { by: 'ada', because: 'seen at the source' };
const refusal = (detail: RegExp, ...errors: readonly (readonly [pointer: string, detail: RegExp])[]) => ({
  type: expect.stringContaining('application/problem+json') as string,
  body: {
    detail: expect.stringMatching(detail) as string,
    ...(errors.length > 0 && {
      errors: errors.map(([pointer, words]) => ({ pointer, detail: expect.stringMatching(words) as string })),
    }),
  },
});

describe('POST /v1/feeds/{kind}/accept', () => {
  test('lets in what the newest file takes away, once, and the list of feeds says so', async () => {
    const content = await holdBack();
    expect(await feedShown('epss')).toMatchObject({ awaited: 150, heldBack: { content, source: 'cut.csv' } });
    const answer = await accept('epss', { content, ...BY_ADA });
    expect(answer).toEqual({
      status: 200,
      type: expect.stringContaining('application/json') as string,
      body: { feed: 'epss', revision: '2026-11-21', content, changed: 0, removed: 150, affectedPackages: 0 },
    });
    expect(await feedShown('epss')).toMatchObject({ awaited: 0, heldBack: null, asOf: '2026-11-21' });
    expect(await accept('epss', { content, ...BY_ADA })).toMatchObject({
      status: 409,
      ...refusal(/in force already/),
    });
  });

  test('refuses another file than the newest and names that one', async () => {
    const content = await holdBack();
    expect(await accept('epss', { content: OTHER, ...BY_ADA })).toMatchObject({
      status: 409,
      ...refusal(new RegExp(`The newest file of epss is ${content}: name that`)),
    });
    expect(await feedShown('epss')).toMatchObject({ heldBack: { content } });
  });

  test('refuses where nothing waits: no file, and a file that takes nothing away', async () => {
    expect(await accept('kev', { content: OTHER, ...BY_ADA })).toMatchObject({
      status: 409,
      ...refusal(/No file of kev was sent yet: load one first/),
    });
    expect(await accept('osv', { content: OTHER, ...BY_ADA })).toMatchObject({
      status: 409,
      ...refusal(/nothing to accept/),
    });
    const { body } = await send('/v1/feeds/epss', scores('2026-11-20', CVES));
    expect(await accept('epss', { content: body['content'], ...BY_ADA })).toMatchObject({ status: 409 });
  });

  test.each<[string, object, readonly (readonly [string, RegExp])[]]>([
    ['no by', { by: undefined }, [['/by', /required/]]],
    ['no because', { because: undefined }, [['/because', /required/]]],
    ['a blank by', { by: '  ' }, [['/by', /empty|least/]]],
    ['a because with a control character', { because: 'a\u0007' }, [['/because', /control character: remove it/]]],
    ['an endless because', { because: 'x'.repeat(1001) }, [['/because', /1000/]]],
    ['no content', { content: undefined }, [['/content', /required/]]],
    ['a content that is no digest', { content: 'newest' }, [['/content', /heldBack\.content/]]],
    [
      'neither by nor because',
      { by: undefined, because: undefined },
      [
        ['/by', /required/],
        ['/because', /required/],
      ],
    ],
    ['a member that is none', { force: true }, [['', /no field force: remove it/]]],
  ])('refuses %s with field and cure, and lets nothing in', async (_, told, errors) => {
    const content = await holdBack();
    expect(await accept('epss', { content, ...BY_ADA, ...told })).toMatchObject({
      status: 422,
      ...refusal(/./, ...errors),
    });
    expect(await feedShown('epss')).toMatchObject({ awaited: 150, heldBack: { content } });
  });

  test('of a feed that is none is refused with those that there are', async () => {
    expect(await accept('weather', { content: OTHER, ...BY_ADA })).toMatchObject({
      status: 400,
      ...refusal(/osv.*epss.*kev/),
    });
  });
});

describe('POST /v1/feeds/{kind}?replace=true', () => {
  const WHO = 'by=ada&because=the%20file%20was%20poisoned';

  test('puts an older file in the place of what is known, and once more changes nothing', async () => {
    await send('/v1/feeds/epss', scores('2026-11-21', CVES, 0.1));
    const older = scores('2026-11-20', CVES.slice(200));
    expect(await send('/v1/feeds/epss', older)).toMatchObject({ status: 409, ...refusal(/2026-11-21/) });
    expect(await send(`/v1/feeds/epss?replace=true&${WHO}`, older)).toMatchObject({
      status: 200,
      body: { revision: '2026-11-20', changed: 200, removed: 200, awaited: 0, heldBack: null },
    });
    expect(await feedShown('epss')).toMatchObject({ asOf: '2026-11-20' });
    expect(await send(`/v1/feeds/epss?replace=true&${WHO}`, older)).toMatchObject({
      status: 200,
      body: { changed: 0, removed: 0, unchanged: 200 },
    });
  });

  test.each<[string, string, readonly (readonly [string, RegExp])[]]>([
    ['no because', 'replace=true&by=ada', [['because', /is required to replace/]]],
    ['no by', 'replace=true&because=x', [['by', /is required to replace/]]],
    [
      'neither',
      'replace=true',
      [
        ['by', /is required to replace/],
        ['because', /is required to replace/],
      ],
    ],
    ['a blank by', 'replace=true&by=%20&because=x', [['by', /./]]],
    ['a replace that is none', `replace=yes&${WHO}`, [['replace', /true.*false/]]],
  ])('refuses %s with field and cure, and nothing is replaced', async (_, query, errors) => {
    await send('/v1/feeds/epss', scores('2026-11-21', CVES));
    expect(await send(`/v1/feeds/epss?${query}`, scores('2026-11-20', CVES.slice(200)))).toMatchObject({
      status: 400,
      ...refusal(/./, ...errors.map(([name, words]) => [`/${name}`, words] as const)),
    });
    expect(await feedShown('epss')).toMatchObject({ asOf: '2026-11-21', records: 400 });
  });

  test('of OSV forgets what a poisoned file said of its records, and the packages are judged again', async () => {
    const record = (modified: string, told: object) =>
      JSON.stringify({ id: 'GHSA-pois-oned-0001', modified, aliases: ['CVE-2026-0001'], ...told });
    const affects = (fixed: string) => ({
      affected: [
        {
          package: { ecosystem: 'npm', name: 'poisoned' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
        },
      ],
    });
    const purl = 'pkg:npm/poisoned@1.5.0';
    const truth = record('2026-11-01T00:00:00Z', affects('2.0.0'));
    const poisoned = record('2026-11-19T00:00:00Z', affects('1.0.0'));
    const vulnerabilities = async (): Promise<unknown> =>
      (
        await enrichment.pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM intelligence.inventory_vulnerability WHERE package_key LIKE '%poisoned%' AND ended_at IS NULL`,
        )
      ).rows[0]?.count;
    const [WITHIN, published] = [{ timeout: 20_000 }, () => enrichment.enriched(TOPICS.enrichedByFeed)];

    await send('/v1/feeds/osv', truth);
    await enrichment.observe(observedOf(purl));
    expect(await vulnerabilities()).toBe(1);
    expect(await send('/v1/feeds/osv', poisoned)).toMatchObject({ body: { changed: 1, affectedPackages: 1 } });
    await expect.poll(vulnerabilities, WITHIN).toBe(0);

    expect(await send('/v1/feeds/osv', truth), 'the true file is older').toMatchObject({
      status: 200,
      body: { changed: 0, affectedPackages: 0 },
    });
    expect(await send(`/v1/feeds/osv?replace=true&${WHO}`, truth)).toMatchObject({
      status: 200,
      body: { changed: 1, affectedPackages: 1 },
    });
    await expect.poll(vulnerabilities, WITHIN).toBe(1);
    await expect.poll(async () => (await published()).length, WITHIN).toBe(2);
    const { rows } = await enrichment.pool.query<{ record: string }>('SELECT record FROM intelligence.advisory');
    expect(rows.map(({ record: text }) => JSON.parse(text) as unknown)).toEqual([JSON.parse(truth)]);

    const newer = record('2026-11-10T00:00:00Z', affects('3.0.0'));
    expect(await send('/v1/feeds/osv', newer), 'and true files that follow count').toMatchObject({
      body: { changed: 1, affectedPackages: 1 },
    });
  });
});

test('the metrics tell what is held back and how many entries wait, until it is let in', async () => {
  const shown = async (): Promise<readonly string[]> =>
    (await scrape()).text
      .split('\n')
      .filter((line) => /^weir_feed_(?:held_back|awaited_entries)\{feed="epss"\}/.test(line))
      .toSorted();
  const WITHIN = { timeout: 20_000, interval: 500 };
  const none = ['weir_feed_awaited_entries{feed="epss"} 0', 'weir_feed_held_back{feed="epss"} 0'];
  await expect.poll(shown, WITHIN).toEqual(none);
  const content = await holdBack();
  await expect
    .poll(shown, WITHIN)
    .toEqual(['weir_feed_awaited_entries{feed="epss"} 150', 'weir_feed_held_back{feed="epss"} 1']);
  await accept('epss', { content, ...BY_ADA });
  await expect.poll(shown, WITHIN).toEqual(none);
});

test('the OpenAPI document has accepting and replacing, with all their answers', () => {
  const { paths } = SwaggerModule.createDocument(service.app, new DocumentBuilder().build());
  const accepted = paths['/v1/feeds/{kind}/accept']?.post;
  expect(Object.keys(accepted?.responses ?? {}).toSorted()).toEqual(['200', '400', '409', '422']);
  expect(JSON.stringify(accepted?.requestBody)).toContain('because');
  expect(JSON.stringify(accepted?.responses['200'])).toContain('removed');
  const loaded = paths['/v1/feeds/{kind}']?.post;
  expect(Object.keys(loaded?.responses ?? {}).toSorted()).toEqual(['200', '400', '409', '413', '415', '422', '503']);
  expect((loaded?.parameters ?? []).map((one) => ('name' in one ? one.name : '')).toSorted()).toEqual([
    'because',
    'by',
    'kind',
    'name',
    'replace',
    'revision',
  ]);
});
