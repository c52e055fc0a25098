import { expect, test } from 'vitest';
import { isDue, type Held } from './is-due.js';

const NOW = '2026-08-02T09:00:00.000Z';
const held = (more: Partial<Held> = {}): Held => ({ basis: 'sha256:1', deadline: null, ...more });

test.each<[string, Held | null, boolean]>([
  ['was never judged', null, true],
  ['rests on what it rested on', held(), false],
  ['rests on something else', held({ basis: 'sha256:2' }), true],
  ['was judged by a version that kept no basis', held({ basis: null }), true],
  ['has a deadline a millisecond ahead', held({ deadline: '2026-08-02T09:00:00.001Z' }), false],
  ['has its deadline now', held({ deadline: NOW }), true],
  ['has a deadline that went by', held({ deadline: '2026-08-01T23:59:59.999Z' }), true],
  [
    'rests on something else and has a deadline to come',
    held({ basis: 'sha256:2', deadline: '2027-01-01T00:00:00.000Z' }),
    true,
  ],
])('a package that %s', (_what, judgement, due) => {
  expect(isDue(judgement, 'sha256:1', NOW)).toBe(due);
});
