import type { SkippedRecord } from './feed.js';

const MOST_LISTED = 1000;

/** Collects what could not be used: all that was skipped is counted, the first 1,000 are listed. */
export interface SkippedRecords {
  readonly listed: readonly SkippedRecord[];
  count(): number;
  /** A record that was not taken. */
  add(record: SkippedRecord): void;
  /** A record that was taken without a part of it: it is listed and not counted. */
  addPart(record: SkippedRecord): void;
}

export const skippedRecords = (): SkippedRecords => {
  const listed: SkippedRecord[] = [];
  let count = 0;
  const list = (record: SkippedRecord): void => {
    if (listed.length < MOST_LISTED) listed.push(record);
  };
  return {
    listed,
    count: () => count,
    add: (record) => {
      count += 1;
      list(record);
    },
    addPart: list,
  };
};
