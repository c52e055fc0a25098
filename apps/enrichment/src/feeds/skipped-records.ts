import type { SkippedRecord } from './feed.js';

const MOST_LISTED = 1000;

/** Collects what was skipped: all are counted, the first 1,000 listed. */
export interface SkippedRecords {
  readonly listed: readonly SkippedRecord[];
  count(): number;
  add(record: SkippedRecord): void;
}

export const skippedRecords = (): SkippedRecords => {
  const listed: SkippedRecord[] = [];
  let count = 0;
  return {
    listed,
    count: () => count,
    add: (record) => {
      count += 1;
      if (listed.length < MOST_LISTED) listed.push(record);
    },
  };
};
