import { deadLetterTopic, TOPICS } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import { DEAD_LETTER_HEADERS, type OutgoingMessage } from '@weir/messaging';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions } from '../testing/decisions-for-tests.js';
import { sweepAccepted } from './follow-accepted.js';

let database: ApiDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createApiDatabase();
  api = await startApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface Refused {
  readonly title: string;
  readonly detail: string;
  readonly allowed?: boolean;
}

const purlOf = (name: string): string => `pkg:npm/${name}@1.0.0`;

/** An event as ingest writes it; of its value the API reads nothing. */
const observed = (purl: string, repository = 'npm-dev', headers = {}, topic: string = TOPICS.observed) =>
  ({
    topic,
    key: packageKey('default', repository, purl),
    headers,
    value: Buffer.from('{}'),
  }) satisfies OutgoingMessage;

const dead = (purl: string, topic: string, offset: number): OutgoingMessage =>
  observed(
    purl,
    'npm-dev',
    { [DEAD_LETTER_HEADERS.cause]: 'Error: no rule for it', [DEAD_LETTER_HEADERS.offset]: `${offset}` },
    deadLetterTopic(topic),
  );

const verdictOf = (purl: string, more = '') => api.get(`/v1/verdict?purl=${encodeURIComponent(purl)}${more}`);
const pageOf = (purl: string) => api.get(`/v1/packages/${encodeURIComponent(purl)}`);

test('what was accepted a moment ago is being judged, with the time to ask again; then it has its verdict', async () => {
  const purl = purlOf('fresh');
  await database.topics.publish([observed(purl)]);
  for (const ask of [verdictOf, pageOf]) {
    const answer = await ask(purl);
    expect(answer).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect(answer.body).toMatchObject({ title: 'Being judged', allowed: false });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(answer.body)).not.toContain('publish it');
  }
  expect((await api.get('/v1/summary')).body).toMatchObject({ unjudged: { beingJudged: 1, refused: 0 } });
  expect((await api.get('/v1/unjudged')).body).toMatchObject({
    packages: [{ purl, refusedAt: null }],
    nextCursor: null,
  });
  await appendDecisions(database.store, 'evaluation/0', [{ name: 'fresh' }]);
  await vi.waitFor(async () => expect(await verdictOf(purl)).toMatchObject({ status: 200 }));
  expect((await api.get('/v1/summary')).body).toMatchObject({ unjudged: { beingJudged: 0, refused: 0 } });
  await sweepAccepted(database.pool, new Date());
  expect((await database.pool.query('SELECT FROM api.accepted')).rowCount).toBe(0);
});

test('what was never accepted stays not known, whatever else is being judged', async () => {
  await database.topics.publish([observed(purlOf('another'))]);
  const { status, body, headers } = await verdictOf(purlOf('anothe'));
  expect(status).toBe(404);
  expect((body as Refused).detail).toContain('publish it with POST /v1/events');
  expect(headers.get('retry-after')).toBeNull();
  const elsewhere = await verdictOf(purlOf('another'), '&repository=npm-prod');
  expect((elsewhere.body as Refused).detail).toContain('has not been judged yet in repository npm-prod');
});

test('who waits for the verdict is answered as soon as it is there', async () => {
  const purl = purlOf('waited-for');
  await database.topics.publish([observed(purl)]);
  const waiting = verdictOf(purl, '&wait=30');
  expect(await verdictOf(purl)).toMatchObject({ status: 404 });
  await appendDecisions(database.store, 'evaluation/0', [{ name: 'waited-for', state: 'quarantined' }]);
  expect(await waiting).toMatchObject({ status: 200, body: { allowed: false, state: 'quarantined' } });
  const unknown = await verdictOf(purlOf('nobody-sent'), '&wait=30');
  expect(unknown, 'nothing is waited for that was never accepted').toMatchObject({ status: 404 });
});

describe('what was accepted and cannot be judged', () => {
  test.each([TOPICS.observed, TOPICS.enriched])(
    'says so once it is a dead letter of %s, until it is judged',
    async (topic) => {
      const name = `odd-of-${topic.replaceAll('.', '-')}`;
      await database.topics.publish([observed(purlOf(name))]);
      await database.topics.publish([dead(purlOf(name), topic, 1_000_000)]);
      await vi.waitFor(async () =>
        expect((await verdictOf(purlOf(name))).body).toMatchObject({ title: 'Could not be judged', allowed: false }),
      );
      expect(((await verdictOf(purlOf(name))).body as Refused).detail).toContain('Error: no rule for it');
      await database.topics.publish([observed(purlOf(name))]);
      expect((await verdictOf(purlOf(name))).body, 'sent again').toMatchObject({
        title: expect.stringMatching(/judged/) as string,
      });
      await appendDecisions(database.store, 'evaluation/0', [{ name }]);
      await vi.waitFor(async () => expect(await verdictOf(purlOf(name))).toMatchObject({ status: 200 }));
    },
  );

  test('a dead letter of before says nothing of what was sent after it', async () => {
    const purl = purlOf('sent-again');
    await database.topics.publish([observed(purl)]);
    await database.topics.publish([dead(purl, TOPICS.observed, -1)]);
    await database.topics.publish([dead(purlOf('marks-the-end'), TOPICS.observed, 0)]);
    await vi.waitFor(async () =>
      expect((await verdictOf(purlOf('marks-the-end'))).body).toMatchObject({ title: 'Could not be judged' }),
    );
    await vi.waitFor(async () => expect((await verdictOf(purl)).body).toMatchObject({ title: 'Being judged' }));
  });
});

test('after any events, answers of before and after are never "publish it" for what was accepted', async () => {
  const seed = givenSeed();
  const chance = chanceOf(seed);
  const names = Array.from({ length: 12 }, (_, i) => `story-${i}`);
  const accepted = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const chosen = chance.someOf(names, 3);
    if (chance.happens(0.6)) {
      await database.topics.publish(
        chosen.map((name) => observed(purlOf(name), chance.pick(['npm-dev', 'npm-prod', 'a/b']))),
      );
      chosen.forEach((name) => accepted.add(name));
    } else {
      const judged = chosen.filter((name) => accepted.has(name));
      await appendDecisions(
        database.store,
        'evaluation/0',
        judged.map((name) => ({ name, presence: chance.pick(['present', 'deleted']) })),
      );
    }
    if (chance.happens(0.2)) await sweepAccepted(database.pool, new Date());
    const asked = [...accepted, 'story-nobody'];
    const answers = await Promise.all(asked.map((name) => verdictOf(purlOf(name))));
    const unknown = asked.filter((_, i) =>
      String((answers[i]?.body as Refused | undefined)?.detail).includes('publish it'),
    );
    expect(unknown, `SEED=${seed}, round ${round}`).toEqual(['story-nobody']);
  }
});

test('a database of before begins where enrichment is, and topics that nobody may read keep no verdict away', async () => {
  expect(
    (await database.pool.query("SELECT FROM api.accepted_position WHERE topic = 'packages.observed.v1'")).rowCount,
  ).toBeGreaterThan(0);
  await database.pool.query(
    "UPDATE topic.partition_head SET next_offset = next_offset + 5 WHERE topic = 'packages.observed.v1'",
  );
  const untold = await verdictOf(purlOf('never-seen'));
  expect(untold).toMatchObject({ status: 503, body: { allowed: false } });
  expect(untold.headers.get('retry-after')).toBe('1');
  expect(await verdictOf(purlOf('fresh'))).toMatchObject({ status: 200 });
});
