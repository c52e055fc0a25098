import type { CoveredEcosystems } from '../feeds/ecosystem-loads.js';
import type { OsvRecord } from './osv-record.js';

/** Go's database says of every record that it was modified in the year 1: nobody knows when. */
const NO_DATE = '0001-';

/**
 * Tells from its records which ecosystems a file covers: those that one of its records is about alone. In the file of one
 * ecosystem every record names it, and others stand beside it where an advisory concerns both: two of 271 records of
 * Maven name Go, which makes nobody know of Go. `covered` has them in the order of their names.
 */
export const coverage = () => {
  const alone = new Set<string>();
  const counts = new Map<string, { records: number; asOf: string | null }>();
  return {
    add: ({ about, affects, modifiedAt }: Pick<OsvRecord, 'about' | 'affects' | 'modifiedAt'>): void => {
      if (about !== null) alone.add(about);
      for (const ecosystem of new Set(affects.map((one) => one.ecosystem))) {
        const known = counts.get(ecosystem) ?? { records: 0, asOf: null };
        counts.set(ecosystem, known);
        known.records += 1;
        if (!modifiedAt.startsWith(NO_DATE) && modifiedAt > (known.asOf ?? '')) known.asOf = modifiedAt;
      }
    },
    covered: (): CoveredEcosystems =>
      Object.fromEntries(
        [...counts].filter(([ecosystem]) => alone.has(ecosystem)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
  };
};
