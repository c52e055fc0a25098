import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The folder of real public data that larger tests check against; null where it is absent. */
export const sharedData: string | null =
  [process.env['WEIR_SHARED_DATA'], resolve(import.meta.dirname, '../../../shared/data')].find(
    (directory) => directory !== undefined && existsSync(join(directory, 'MANIFEST.md')),
  ) ?? null;

/** The text of a file there; one that ends in .gz is unpacked. */
export function readShared(name: string): string {
  if (sharedData === null) throw new Error('The shared data is absent: set WEIR_SHARED_DATA');
  const bytes = readFileSync(join(sharedData, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export const readSharedLines = (name: string): string[] => readShared(name).split('\n').filter(Boolean);

/** OSV records by file; the order is fixed. */
export const OSV_FILES = [
  'osv/crates-rustsec.jsonl.gz',
  'osv/go.jsonl.gz',
  'osv/maven-ghsa.jsonl.gz',
  'osv/mixed-ecosystems.jsonl.gz',
  'osv/npm-ghsa-derived.jsonl.gz',
  'osv/pypi-pysec.jsonl.gz',
  'osv/wellknown-ghsa.jsonl',
] as const;
