import { describe, expect, it } from 'vitest';
import { chanceOf, forEachSeed, type Chance } from '../../../../../tools/testing/random-cases.js';
import { mostOwed, newSuspensions, worthOne, type Suspensions } from './suspension.js';

const deadlineMillis = 250;
const books = (workers = 2) => newSuspensions({ deadlineMillis, workers });
/** Ended for a package among others, and for the package alone. */
const exceed = ({ exceeded }: Suspensions, policyId: string, now: number): void => {
  exceeded('set', policyId, 1 / 2, now);
  exceeded('set', policyId, 1 / 2, now);
};

/** Asks about packages in their order as often as it takes, the clock moving by what asking costs, or by a pause. */
const judge = (poison: readonly boolean[], chance: Chance) => {
  const suspensions = books();
  let now = 0;
  let wasted = 0;
  const waiting = new Map(poison.map((isPoison, index) => [index, isPoison]));
  const held = new Map<number, number>();
  let rounds = 0;
  for (; waiting.size > 0 && rounds < 10_000; rounds += 1) {
    const order = [...waiting].sort(() => (rounds === 0 ? 0 : chance.next() - 0.5));
    for (const [index, isPoison] of order) {
      if (suspensions.left('set', 'p', now) > 0) {
        held.set(index, (held.get(index) ?? 0) + 1);
        continue;
      }
      waiting.delete(index);
      now += isPoison ? 2 * deadlineMillis : 0.1;
      wasted += isPoison ? 1 : 0;
      if (isPoison) exceed(suspensions, 'p', now);
      else suspensions.answered('set', 'p', 1, now);
    }
    now += 5_000;
  }
  return { left: waiting.size, rounds, now, wasted, heldInnocents: [...held.keys()].filter((i) => !poison[i]).length };
};

describe('what a policy may waste', () => {
  it('holds none of 240 innocent packages for six that exceed the limits, wherever these stand', () => {
    forEachSeed(500, (chance) => {
      const poison = Array.from({ length: 246 }, () => false);
      const from = chance.below(241);
      const places = chance.happens(0.5) ? [0, 1, 2, 3, 4, 5].map((i) => from + i) : [];
      while (places.length < 6) {
        const place = chance.below(246);
        if (!places.includes(place)) places.push(place);
      }
      for (const place of places) poison[place] = true;
      expect(judge(poison, chance).heldInnocents).toBe(0);
    });
  });

  it('answers every package in the end, whatever share of them exceeds the limits, in whatever order', () => {
    forEachSeed(100, (chance) => {
      const share = chance.pick([0, 0.02, 0.1, 0.5, 0.9, 1]);
      const poison = Array.from({ length: 20 + chance.below(200) }, () => chance.happens(share));
      if (chance.happens(0.3)) poison.sort((a, b) => Number(b) - Number(a));
      const { left, rounds, now, wasted } = judge(poison, chance);
      expect(left).toBe(0);
      // One package a minute at the least, so that nobody waits for longer than there are such packages.
      expect(rounds).toBeLessThanOrEqual(2 + 15 * poison.filter(Boolean).length);
      const innocent = poison.length - poison.filter(Boolean).length;
      expect(wasted).toBeLessThanOrEqual(mostOwed + 1 + innocent / worthOne + now / (20 * deadlineMillis));
    });
  });

  it('is asked about single packages ever more seldom while none gets an answer, at least once a minute, and at once as before when one does', () => {
    const suspensions = books();
    let now = 0;
    for (let one = 0; one < mostOwed; one += 1) exceed(suspensions, 'p', now);
    const waits: number[] = [];
    for (let probe = 0; probe < 7; probe += 1) {
      const left = suspensions.left('set', 'p', now);
      waits.push(left);
      now += left;
      expect(suspensions.left('set', 'p', now)).toBeLessThan(1e-6);
      exceed(suspensions, 'p', now);
    }
    expect(waits.map((wait) => Math.round(wait / 1000))).toEqual([5, 10, 20, 40, 60, 60, 60]);
    now += 60_000;
    suspensions.answered('set', 'p', 1, now);
    expect(suspensions.left('set', 'p', now)).toBe(0);
    exceed(suspensions, 'p', now);
    expect(suspensions.left('set', 'p', now)).toBeLessThanOrEqual(5_000);
  });

  it('is shared by all that are beyond it: many such policies take no more than few', () => {
    const suspensions = books(2);
    const policies = Array.from({ length: 50 }, (_, index) => `p-${index}`);
    for (const policy of policies) for (let one = 0; one < mostOwed; one += 1) exceed(suspensions, policy, 0);
    let asked = 0;
    for (let now = 0; now < 600_000; now += 1_000) {
      for (const policy of policies) {
        if (suspensions.left('set', policy, now) > 0) continue;
        asked += 1;
        exceed(suspensions, policy, now);
      }
    }
    // Two workers for ten minutes: at most a tenth of them, at half a second for each.
    expect(asked * 2 * deadlineMillis).toBeLessThanOrEqual((2 * 600_000) / 10 + policies.length * 2 * deadlineMillis);
    expect(asked).toBeGreaterThan(0);
  });

  it('is not less for what others owed long ago, and leaves room for packages that are not known yet', () => {
    const suspensions = books(1);
    for (let other = 0; other < 50; other += 1) exceed(suspensions, `p-${other}`, 0);
    exceed(suspensions, 'p', 0);
    expect(suspensions.left('set', 'p', 0)).toBeGreaterThan(0);
    expect(suspensions.hasRoom('set', 'p', 0)).toBe(false);
    const later = 3_600_000;
    for (let one = 0; one < mostOwed - 2; one += 1) exceed(suspensions, 'p', later);
    expect(suspensions.left('set', 'p', later)).toBe(0);
  });

  it('lasts no longer for what others owed long ago', () => {
    const [crowded, alone] = [books(1), books(1)];
    for (let other = 0; other < 50; other += 1) for (let one = 0; one < 20; one += 1) exceed(crowded, `p-${other}`, 0);
    const later = 3_600_000;
    for (const suspensions of [crowded, alone])
      for (let one = 0; one < mostOwed; one += 1) exceed(suspensions, 'p', later);
    expect(alone.left('set', 'p', later)).toBeGreaterThan(0);
    expect(crowded.left('set', 'p', later)).toBe(alone.left('set', 'p', later));
  });

  it('is counted for each policy of each set apart, and forgotten with the set', () => {
    const chance = chanceOf(1);
    const suspensions = books();
    for (let one = 0; one < 20; one += 1) suspensions.exceeded('set', 'p', chance.next(), 0);
    expect(suspensions.left('set', 'p', 0)).toBeGreaterThan(0);
    expect([suspensions.left('other', 'p', 0), suspensions.left('set', 'q', 0)]).toEqual([0, 0]);
    expect([suspensions.owing('set'), suspensions.owing('other')]).toEqual([['p'], []]);
    suspensions.forget('set');
    expect(suspensions.left('set', 'p', 0)).toBe(0);
  });
});
