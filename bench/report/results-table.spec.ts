import { expect, test } from 'vitest';
import type { ScenarioOutcome } from '../scenarios/scenario.ts';
import { flawsOfSettings } from './environment.ts';
import { GOALS, judge } from './goals.ts';
import { resultDocument } from './result-document.ts';
import { resultsTable } from './results-table.ts';

const outcome = (median: number, flaws: readonly string[] = []): ScenarioOutcome => ({
  figures: { G1: { median, min: median - 100, max: median + 100, unit: 'events/s' } },
  flaws,
  skipped: [],
  details: {},
});
const [throughput] = GOALS;
const latency = GOALS.find(({ figure }) => figure === 'G4-p99');

test('a document has the figures, and says whether they count', () => {
  expect(resultDocument('end-to-end', [outcome(6_000)])).toEqual({
    scenario: 'end-to-end',
    valid: true,
    figures: { G1: { median: 6_000, min: 5_900, max: 6_100, unit: 'events/s' } },
  });
});

test('a run with a flaw has no speed', () => {
  expect(resultDocument('end-to-end', [outcome(6_000, ['1 without a decision'])])).toEqual({
    scenario: 'end-to-end',
    valid: false,
    figures: {},
  });
});

test('a goal passes on the worst measurement, not on the median', () => {
  expect(throughput && judge(throughput, { median: 5_050, min: 4_990, max: 5_100, unit: 'events/s' })).toBe('missed');
  expect(throughput && judge(throughput, { median: 5_050, min: 5_000, max: 9_000, unit: 'events/s' })).toBe('passed');
  expect(latency && judge(latency, { median: 20, min: 10, max: 61, unit: 'ms' })).toBe('missed');
  expect(latency && judge(latency, { median: 20, min: 10, max: 25, unit: 'ms' })).toBe('stretch');
});

test('PostgreSQL without fsync is a flaw of every figure', () => {
  expect(flawsOfSettings({ fsync: 'off', synchronous_commit: 'on', full_page_writes: 'on' })).toEqual([
    'PostgreSQL runs with fsync off: what it commits is not durable',
  ]);
});

test('the table says for every goal what was measured, and what was not', () => {
  const environment = {
    commit: 'abc',
    dirty: false,
    startedAt: '2026-11-26T00:00:00.000Z',
    cpu: 'CPU',
    cores: 2,
    load: [0.1, 0.2, 0.3],
    versions: { node: 'v24', postgresql: '18.4', kafka: '4.4.0', opa: '1.22.2' },
    postgresSettings: { fsync: 'on' },
    configDigest: 'd',
  };
  const run = {
    environment,
    loadAfter: [1, 1, 1],
    limits: {},
    outcomes: { 'end-to-end': outcome(6_000), evaluate: outcome(1, ['wrong']) },
  };
  const table = resultsTable([{ ...run, what: 'all' }]);
  expect(table).toContain('| 6000 | 5900 | 6100 | passed |');
  expect(table.match(/not measured/g)).toHaveLength(GOALS.length - 1);
  expect(table).toContain('- evaluate is **not valid**: wrong');
  const part = resultsTable([{ ...run, what: 'end-to-end' }]);
  expect(part).toContain('commit abc, end-to-end only');
  expect(part).not.toContain('not measured');
});
