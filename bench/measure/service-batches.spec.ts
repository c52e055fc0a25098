import { expect, test } from 'vitest';
import { meanBatch, readBatches } from './service-batches.ts';

const metrics = (sum: number, count: number): string =>
  `# TYPE weir_batch_messages histogram\nweir_batch_messages_bucket{group="evaluation",topic="packages.enriched.v1",le="10"} 3\nweir_batch_messages_count{group="evaluation",topic="packages.enriched.v1"} ${count}\nweir_batch_messages_sum{group="evaluation",topic="packages.enriched.v1"} ${sum}\n`;

test("the mean batch between two readings of a service's metrics leaves out what was before", () => {
  expect(meanBatch(readBatches(metrics(1_000, 1_000)), readBatches(metrics(1_500, 1_005)))).toEqual({
    'packages.enriched.v1': 100,
  });
});

test('a topic of which nothing was read has no mean', () => {
  expect(meanBatch(readBatches(metrics(5, 1)), readBatches(metrics(5, 1)))).toEqual({});
});
