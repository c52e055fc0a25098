import { TOPICS } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { movePosition, readPosition } from './positions.js';

let enrichment: TestEnrichment;
beforeAll(async () => {
  enrichment = await openTestEnrichment();
});
afterAll(() => enrichment.close());

const move = (partition: number, next: number, incarnation = 'cluster/a') =>
  movePosition(enrichment.pool, { topic: TOPICS.observed, partition, next, incarnation });
const position = (partition: number) => readPosition(enrichment.pool, TOPICS.observed, partition);

test('how far a partition was read never moves back, whoever notes it last', async () => {
  expect(await position(3)).toBeNull();
  await move(3, 7);
  await move(3, 5);
  expect(await position(3)).toEqual({ next: 7, incarnation: 'cluster/a' });
  await move(3, 9);
  expect(await position(3)).toMatchObject({ next: 9 });
  expect(await position(2)).toBeNull();
});

test('who read another topic of this name moves nothing, however far it came', async () => {
  await move(1, 7, 'cluster/b');
  await expect(move(1, 900)).rejects.toThrow(Retryable);
  expect(await position(1)).toEqual({ next: 7, incarnation: 'cluster/b' });
});

test('a position of a version before is taken over, and names its topic from then on', async () => {
  await enrichment.asOwner(
    `INSERT INTO intelligence.position (topic, partition, next_offset) VALUES ('${TOPICS.observed}', 0, 4)`,
  );
  expect(await position(0)).toEqual({ next: 4, incarnation: null });
  await move(0, 4);
  expect(await position(0)).toEqual({ next: 4, incarnation: 'cluster/a' });
});
