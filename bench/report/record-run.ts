import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsTable, type RecordedRun } from './results-table.ts';

const results = fileURLToPath(new URL('../results/', import.meta.url));

/** Keeps a run as bench/results/DATE-COMMIT.json, with the scenario's name when it was one alone, and makes the table anew; returns the file's name. */
export const recordRun = (run: RecordedRun): string => {
  mkdirSync(results, { recursive: true });
  const name = `${run.environment.startedAt.slice(0, 10)}-${run.environment.commit}${run.what === 'all' ? '' : `-${run.what.replaceAll(' ', '-')}`}.json`;
  writeFileSync(join(results, name), `${JSON.stringify(run, bigintAsText, 1)}\n`);
  const runs = readdirSync(results)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as RecordedRun);
  writeFileSync(join(results, 'README.md'), resultsTable(runs));
  return name;
};

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
