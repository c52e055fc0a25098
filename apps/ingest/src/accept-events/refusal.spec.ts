import { expect, test } from 'vitest';
import { refuseFields } from './refusal.js';

test.each([
  ['is empty', '/id is empty. Nothing was taken.'],
  [
    'is b: name one of these, or use a key for b',
    '/id is b: name one of these, or use a key for b. Nothing was taken.',
  ],
])('what is wrong with a field is one sentence: %s', (detail, sentence) => {
  expect(refuseFields([{ pointer: '/id', detail }]).refused.detail).toBe(sentence);
});
