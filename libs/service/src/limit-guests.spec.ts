import { expect, test } from 'vitest';
import { forEachSeed } from '../../../tools/testing/random-cases.js';
import { limitGuests } from './limit-guests.js';
import { createTurns } from './take-turns.js';

test('whatever comes and goes, never more are in than may be, and who is turned away is told why', () => {
  forEachSeed(300, (chance) => {
    const [each, all] = [1 + chance.below(4), 1 + chance.below(8)];
    const letIn = limitGuests({ each, all });
    const inside: { readonly guest: string; readonly leave: () => void }[] = [];
    for (let step = 0; step < 100; step += 1) {
      if (inside.length > 0 && chance.happens(0.4)) {
        const [gone] = inside.splice(chance.below(inside.length), 1);
        gone?.leave();
        if (chance.happens(0.2)) gone?.leave();
        continue;
      }
      const guest = chance.pick(['a', 'b', 'c']);
      const own = inside.filter((one) => one.guest === guest).length;
      const answer = letIn(guest);
      const wanted = own >= each ? 'each' : inside.length >= all ? 'all' : 'in';
      expect(typeof answer === 'string' ? answer : 'in').toBe(wanted);
      if (typeof answer !== 'string') inside.push({ guest, leave: answer });
    }
  });
});

test('turns are taken first come first served, never more together than may be, whatever fails', async () => {
  const inTurn = createTurns(2);
  const begun: number[] = [];
  let [running, most] = [0, 0];
  const all = Array.from({ length: 20 }, (_, index) =>
    inTurn(async () => {
      begun.push(index);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, index % 3));
      running -= 1;
      if (index % 4 === 0) throw new Error('fails');
    }),
  );
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(most).toBe(2);
});
