import { parsePackageUrl } from '@weir/contracts';
import { spelledBefore } from '@weir/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { randomParts, randomSpelling, type PartsOfPurl } from '../../../../tools/testing/purl-spellings.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';

const seed = givenSeed();
const chance = chanceOf(seed);
const drawn = new Map<string, PartsOfPurl>();
for (let round = 0; round < 150; round += 1) {
  const parts = randomParts(chance);
  const named = parsePackageUrl(randomSpelling(parts, chance));
  if ('purl' in named) drawn.set(named.purl, parts);
}

const CURL = 'pkg:rpm/fedora/curl@7';
const held = { state: 'quarantined', reasons: ['held'] } as const;
const LONG = `pkg:generic/long@${':'.repeat(1_900)}`;

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  const fixed = [
    { purl: `${CURL}?arch=i386`, ...held },
    { purl: `${CURL}?arch=x86_64` },
    { purl: 'pkg:rpm/fedora/wget@1?arch=i386' },
    { purl: 'pkg:rpm/fedora/wget@1?arch=x86_64' },
    { purl: 'pkg:rpm/fedora/whole@1', ...held },
    { purl: 'pkg:rpm/fedora/whole@1?arch=i386' },
    { purl: 'pkg:rpm/fedora/plain@1' },
    { purl: 'pkg:rpm/fedora/plain@1?arch=gone', ...held, presence: 'deleted' as const },
    { purl: 'pkg:npm/jsonstream@1', ...held },
    { purl: 'pkg:npm/xmldom@1' },
    { purl: 'pkg:npm/twins@1', ...held },
    { purl: 'pkg:npm/Twins@1' },
    { purl: 'pkg:golang/github.com/burntsushi/toml@v1', ...held },
    { purl: 'pkg:golang/github.com/BurntSushi/toml@v1' },
    { purl: 'pkg:golang/x.org/y@v2.0.0+incompatible', ...held },
    { purl: LONG },
  ];
  const known = [...drawn.keys()].filter((purl) => !fixed.some((one) => one.purl === purl));
  // Half of them as versions before wrote them.
  const spelled = known.map((purl, index) => ({ purl: index % 2 === 0 ? purl : spelledBefore(purl) }));
  const decisions = [...fixed, ...spelled].map((one, index) => ({ name: `package-${index}`, ...one }));
  await appendDecisions(database.store, 'evaluation/0', decisions);
  api = await startApi(database, { clock: () => new Date('2026-06-14T12:00:00.000Z') });
  await vi.waitFor(
    async () =>
      expect((await api.get('/v1/summary')).body).toMatchObject({ packages: { total: decisions.length - 1 } }),
    { timeout: 30_000 },
  );
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const encoded = (text: string): string => encodeURIComponent(text);
const verdict = (purl: string, encode = encoded) => api.get(`/v1/verdict?purl=${encode(purl)}`);
/** With no more encoded than must be: a plus, say, stands as it is. */
const asItIs = (text: string): string => text.replace(/[%&#\s]|[^ -~]/gu, encodeURIComponent);

describe('a verdict', () => {
  test.each([
    ['the version while one of its files is held', CURL, `${CURL}?arch=i386`],
    ['a file that is held', `${CURL}?Arch=i386`, `${CURL}?arch=i386`],
    ['a file told more exactly', `${CURL}?arch=i386&distro=f25`, `${CURL}?arch=i386`],
    ['a file of a version that is held as a whole', 'pkg:rpm/fedora/whole@1?arch=i386', 'pkg:rpm/fedora/whole@1'],
    ['a name that is known in another case alone', 'pkg:npm/JSONStream@1', 'pkg:npm/jsonstream@1'],
    [
      'a Go module that was written in lower case before',
      'pkg:golang/github.com/BurntSushi/toml@v1',
      'pkg:golang/github.com/burntsushi/toml@v1',
    ],
    [
      'a plus that was written as it is before',
      'pkg:golang/x.org/y@v2.0.0%2Bincompatible',
      'pkg:golang/x.org/y@v2.0.0+incompatible',
    ],
  ])('of %s is a no, with what is held', async (_what, asked, purl) => {
    expect(await verdict(asked)).toMatchObject({
      status: 200,
      body: { allowed: false, state: 'quarantined', why: [{ reasons: ['held'] }], package: { purl } },
    });
  });

  test.each([
    ['a file that is available beside one that is held', `${CURL}?arch=x86_64`],
    ['one of two names that differ in case alone', 'pkg:npm/Twins@1'],
    ['a version of which a deleted file was held', 'pkg:rpm/fedora/plain@1'],
  ])('of %s is a yes', async (_what, asked) => {
    expect(await verdict(asked)).toMatchObject({ status: 200, body: { allowed: true } });
  });

  test.each([
    [
      'a version of which only files are known',
      'pkg:rpm/fedora/wget@1',
      'wget@1?arch=i386, pkg:rpm/fedora/wget@1?arch=x86_64',
    ],
    ['another file of a known version', 'pkg:rpm/fedora/wget@1?arch=s390', 'wget@1?arch=i386'],
    ['a file of a version known as a whole', 'pkg:rpm/fedora/plain@1?arch=i386', 'pkg:rpm/fedora/plain@1,'],
    ['a name that is known in another case', 'pkg:npm/XMLDom@1', 'Known are pkg:npm/xmldom@1: ask for one of them.'],
  ])('of %s is no yes, and names what is known', async (_what, asked, words) => {
    expect(await verdict(asked)).toMatchObject({
      status: 404,
      body: { allowed: false, detail: expect.stringContaining(words) as string },
    });
  });
});

test('a package page names the other files of the version', async () => {
  expect((await api.get(`/v1/packages/${encodeURIComponent(`${CURL}?arch=x86_64`)}`)).body).toMatchObject({
    purl: `${CURL}?arch=x86_64`,
    related: [`${CURL}?arch=i386`],
  });
  expect((await api.get(`/v1/packages/${encodeURIComponent(CURL)}`)).body).toMatchObject({
    status: 404,
    detail: expect.stringContaining(`Known are ${CURL}?arch=i386, ${CURL}?arch=x86_64: ask for one of them.`) as string,
  });
});

test('a package URL as long as may be has its verdict, its page and its decisions', async () => {
  expect((await verdict(LONG)).body).toMatchObject({ allowed: true });
  const path = `/v1/packages/${encodeURIComponent(LONG)}`;
  expect((await api.get(path)).body).toMatchObject({ purl: LONG });
  expect((await api.get(`${path}/decisions`)).body).toMatchObject({ decisions: { length: 1 } });
});

test('lists are searched by names as people write them', async () => {
  for (const q of ['@angular/core', '2.0.0+incompatible', '%40Angular/', 'x.org/y'])
    expect((await api.get(`/v1/packages?q=${encodeURIComponent(q)}`)).body, q).not.toMatchObject({
      packages: { length: 0 },
    });
});

test('every spelling of a package finds it, by verdict, page and decisions', async () => {
  for (const [purl, parts] of drawn) {
    const spelling = randomSpelling(parts, chance);
    const label = `SEED=${seed}: ${spelling}`;
    const { body } = await verdict(spelling, chance.pick([encoded, asItIs]));
    expect(body, label).toMatchObject({ allowed: true });
    const path = `/v1/packages/${encodeURIComponent(spelling)}`;
    expect((await api.get(path)).body, label).toMatchObject({ purl });
    expect((await api.get(`${path}/decisions`)).body, label).toMatchObject({ decisions: { length: 1 } });
  }
});
