import { expect, test } from 'vitest';
import { loadedSentence } from './loaded-sentence.js';

const answer = {
  feed: 'osv',
  records: 3,
  added: 0,
  changed: 0,
  removed: 0,
  foreign: 0,
  skippedRecords: 0,
  affectedPackages: 0,
  content: `sha256:${'0'.repeat(64)}`,
  awaited: 0,
  heldBack: null,
};

test.each([
  [
    { ...answer, records: 7444, foreign: 7444, covers: [] },
    '7444 records: 0 new, 0 changed, 0 gone, 7444 of ecosystems that Weir does not match, 0 skipped; covers no ecosystem that Weir matches; 0 packages to judge again',
  ],
  [
    { ...answer, added: 2, skippedRecords: 1, incompleteRecords: 2, covers: ['PyPI', 'npm'], affectedPackages: 4 },
    '3 records: 2 new, 0 changed, 0 gone, 2 read in part, 1 skipped; covers PyPI, npm; 4 packages to judge again',
  ],
  [
    { ...answer, feed: 'kev', awaited: 2 },
    '3 records: 0 new, 0 changed, 0 gone, 0 skipped; 0 packages to judge again; 2 entries that the file takes away stay until a file of a later day says so too',
  ],
  [
    { ...answer, feed: 'kev', awaited: 1650, heldBack: { reason: 'it leaves out 1650 of 1660 known entries' } },
    `3 records: 0 new, 0 changed, 0 gone, 0 skipped; 0 packages to judge again; held back: it leaves out 1650 of 1660 known entries. 1650 entries that the file takes away stay until a file of a later day says so too, or you do: weir feed accept kev sha256:${'0'.repeat(64)} --because "..."`,
  ],
  [
    { ...answer, feed: 'kev', records: 1, skippedRecords: 1, affectedPackages: 1, awaited: 1 },
    '1 record: 0 new, 0 changed, 0 gone, 1 skipped; 1 package to judge again; 1 entry that the file takes away stays until a file of a later day says so too',
  ],
  [{ ...answer, feed: 'kev' }, '3 records: 0 new, 0 changed, 0 gone, 0 skipped; 0 packages to judge again'],
])('a load is told in one sentence', (loaded, sentence) => {
  expect(loadedSentence(loaded)).toBe(sentence);
});

test('nothing is told of one in the plural, and of several or none in the singular', () => {
  const counts = [0, 1, 2, 21];
  const loads = counts.flatMap((records) =>
    counts.flatMap((affectedPackages) => counts.map((awaited) => ({ ...answer, records, affectedPackages, awaited }))),
  );
  const wrong = loads
    .map(loadedSentence)
    .filter((sentence) =>
      /(?<!\d)1 (?:records|packages|entries)\b|(?:\d{2,}|[02-9]) (?:record|package|entry)\b/.test(sentence),
    );
  expect(wrong).toEqual([]);
});
