import { expect, test } from 'vitest';
import { METRICS } from './metric-names.js';
import { atMostEvery, count, observe, record, scrape } from './metrics.js';

const lineOf = async (start: string): Promise<string | undefined> =>
  (await scrape()).text.split('\n').find((line) => line.startsWith(start));

test('names, units and labels are as Prometheus wants them', () => {
  for (const { name, kind, unit, labels } of Object.values(METRICS)) {
    expect(name).toMatch(/^weir_[a-z_]+$/);
    expect(name.endsWith('_total'), name).toBe(kind === 'counter');
    if (unit === 's') expect(name).toContain('_seconds');
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
  expect(new Set(Object.values(METRICS).map(({ name }) => name)).size).toBe(Object.keys(METRICS).length);
});

test('a counter shows its sum, a zero included', async () => {
  count('deadLetters', 0, { group: 'g', topic: 't' });
  expect(await lineOf('weir_dead_letters_total{group="g",topic="t"}')).toBe(
    'weir_dead_letters_total{group="g",topic="t"} 0',
  );
  count('deadLetters', 2, { group: 'g', topic: 't' });
  expect(await lineOf('weir_dead_letters_total{group="g",topic="t"}')).toBe(
    'weir_dead_letters_total{group="g",topic="t"} 2',
  );
});

test('a histogram counts into the buckets that its metric declares', async () => {
  record('decisionLatency', 0.03, {});
  expect(await lineOf('weir_decision_latency_seconds_bucket{le="0.025"}')).toBe(
    'weir_decision_latency_seconds_bucket{le="0.025"} 0',
  );
  expect(await lineOf('weir_decision_latency_seconds_bucket{le="0.04"}')).toBe(
    'weir_decision_latency_seconds_bucket{le="0.04"} 1',
  );
});

test('a gauge tells what it is asked at the scrape, until it is taken back', async () => {
  const forget = observe('logSize', () => [{ value: 7, labels: { shard: 'evaluation/0' } }]);
  expect(await lineOf('weir_log_events{')).toBe('weir_log_events{shard="evaluation/0"} 7');
  forget();
  expect(await lineOf('weir_log_events')).toBeUndefined();
});

test('a gauge that cannot be told leaves the others', async () => {
  const forget = observe('feedRecords', () => Promise.reject(new Error('no database')));
  const { text, errors } = await scrape();
  forget();
  expect(errors).toHaveLength(1);
  expect(text).toContain('weir_process_memory_bytes');
});

test('what costs a query is asked once for many scrapes, and again after a fault', async () => {
  let asked = 0;
  const read = atMostEvery(60_000, async () => {
    asked += 1;
    if (asked === 1) throw new Error('no database');
    return asked;
  });
  await expect(read()).rejects.toThrow('no database');
  expect(await Promise.all([read(), read()])).toEqual([2, 2]);
  expect(await read()).toBe(2);
});
