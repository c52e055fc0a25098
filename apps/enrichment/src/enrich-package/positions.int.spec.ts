import { TOPICS } from '@weir/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { movePosition, readPosition } from './positions.js';

let enrichment: TestEnrichment;
beforeAll(async () => {
  enrichment = await openTestEnrichment();
});
afterAll(() => enrichment.close());

test('how far a partition was read never moves back, whoever notes it last', async () => {
  const move = (next: number) => movePosition(enrichment.pool, TOPICS.observed, 3, next);
  const position = (partition = 3) => readPosition(enrichment.pool, TOPICS.observed, partition);
  expect(await position()).toBe(0);
  await move(7);
  await move(5);
  expect(await position()).toBe(7);
  await move(9);
  expect(await position()).toBe(9);
  expect(await position(2)).toBe(0);
});
