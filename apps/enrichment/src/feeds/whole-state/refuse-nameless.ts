import { brokenFeed } from '../refused-feed.js';
import type { SkippedRecords } from '../skipped-records.js';

/** Refuses to put a file in the place of what is known when some of it names nothing: what that was is not known. */
export const refuseNameless = (skipped: SkippedRecords): void => {
  const first = skipped.listed.find(({ id }) => id === undefined);
  const where = first?.line === undefined ? `Entry ${first?.entry ?? ''}` : `Line ${first.line}`;
  throw brokenFeed(
    `${where} names no CVE, so the file cannot take the place of what is known: mend it, or load it without --replace.`,
    first?.line === undefined ? {} : { line: first.line },
  );
};
