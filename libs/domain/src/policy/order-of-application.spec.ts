import { expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { inOrderOfApplication, type Ordered } from './order-of-application.js';

test.each([
  [
    'a lower precedence comes first',
    [
      ['b', 1],
      ['a', 2],
    ],
  ],
  [
    'the same precedence goes by id',
    [
      ['a', 5],
      ['a-b', 5],
      ['b', 5],
    ],
  ],
  [
    'ids compare by code unit, not as a language would',
    [
      ['Z', 5],
      ['a', 5],
      ['é', 5],
    ],
  ],
  [
    'precedences compare as numbers',
    [
      ['a', 9],
      ['a', 10],
      ['a', 32_767],
    ],
  ],
] as const)('%s', (_name, order) => {
  const policies = order.map(([policyId, precedence]): Ordered => ({ policyId, precedence }));
  expect([...policies].reverse().sort(inOrderOfApplication)).toEqual(policies);
});

test('however policies are stored, they are applied in one order: 300 lists by seed', () => {
  const random = seeded(5);
  const draw = (most: number): number => Math.floor(random() * most);
  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  for (let run = 0; run < 300; run += 1) {
    const policies = Array.from({ length: draw(12) }, (): Ordered => ({
      policyId: ['a', 'ab', 'b', 'a-b', 'B'][draw(5)] ?? '',
      precedence: draw(3),
    }));
    const applied = [...policies].sort(inOrderOfApplication);
    expect(shuffled(policies).sort(inOrderOfApplication)).toEqual(applied);
    for (const [index, later] of applied.slice(1).entries()) {
      const earlier = applied[index];
      if (!earlier) continue;
      expect(inOrderOfApplication(earlier, later)).toBeLessThanOrEqual(0);
      expect(Math.sign(inOrderOfApplication(earlier, later))).toBe(
        -Math.sign(inOrderOfApplication(later, earlier)) + 0,
      );
    }
  }
});
