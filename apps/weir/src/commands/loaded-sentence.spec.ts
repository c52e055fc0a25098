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
};

test.each([
  [
    { ...answer, records: 7444, foreign: 7444, covers: [] },
    '7444 records: 0 new, 0 changed, 0 gone, 7444 of ecosystems that Weir does not match, 0 skipped; covers no ecosystem that Weir matches; 0 packages to judge again',
  ],
  [
    { ...answer, added: 2, skippedRecords: 1, covers: ['PyPI', 'npm'], affectedPackages: 4 },
    '3 records: 2 new, 0 changed, 0 gone, 1 skipped; covers PyPI, npm; 4 packages to judge again',
  ],
  [{ ...answer, feed: 'kev' }, '3 records: 0 new, 0 changed, 0 gone, 0 skipped; 0 packages to judge again'],
])('a load is told in one sentence', (loaded, sentence) => {
  expect(loadedSentence(loaded)).toBe(sentence);
});
