import { describe, expect, test } from 'vitest';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { afterAnswer, isAnswered, NONE_ANSWERED, type Answered } from './answered-observations.js';

const answering = (...ordinals: readonly number[]): Answered => ordinals.reduce(afterAnswer, NONE_ANSWERED);

describe('observations that have their decision', () => {
  test.each<[string, readonly number[], Answered]>([
    ['none', [], { upTo: 0, missing: [] }],
    ['in their order', [1, 2, 3], { upTo: 3, missing: [] }],
    ['one passed over', [1, 3], { upTo: 3, missing: [2] }],
    ['one that came later', [1, 3, 2], { upTo: 3, missing: [] }],
    ['a repeat', [1, 3, 3, 1], { upTo: 3, missing: [2] }],
    ['the third first', [3], { upTo: 3, missing: [1, 2] }],
  ])('%s', (_what, ordinals, expected) => {
    expect(answering(...ordinals)).toEqual(expected);
  });

  test('whatever the order, the gaps and the repeats, they are those that were answered', () => {
    forEachSeed(500, (chance) => {
      const model = new Set<number>();
      let known = NONE_ANSWERED;
      for (let step = 0; step < 60; step += 1) {
        const ordinal = 1 + chance.below(40);
        for (let each = 1; each <= 41; each += 1)
          expect([each, isAnswered(known, each)]).toEqual([each, model.has(each)]);
        known = JSON.parse(JSON.stringify(afterAnswer(known, ordinal))) as Answered;
        model.add(ordinal);
      }
    });
  });

  test('of thousands that are missing the oldest are not expected any more, and the rest are', () => {
    const known = answering(1, 5_000);
    expect([2, 3_999, 4_000, 4_999].map((ordinal) => isAnswered(known, ordinal))).toEqual([true, true, false, false]);
    expect(known.missing).toHaveLength(1_000);
    const later = afterAnswer(known, 5_600);
    expect([4_598, 4_599, 5_000, 5_001].map((ordinal) => isAnswered(later, ordinal))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(later.missing).toHaveLength(1_000);
  });
});
