import { expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import type { DecisionPlace } from './acted-positions.js';
import { dropRepeats, lateOnes } from './drop-repeats.js';

const place = (packageKey: string, position: number, sourceShard = 'evaluation/0'): DecisionPlace => ({
  packageKey,
  sourceShard,
  position,
});
const upTo = (next: number) => new Map([['evaluation/0', next]]);

test.each([
  ['what is new is kept', [place('a', 4), place('b', 5)], 4, [], [4, 5]],
  ['what was acted on is not', [place('a', 3), place('a', 4)], 4, [], [4]],
  ['what comes twice counts once', [place('a', 4), place('a', 4)], 4, [], [4]],
  ['what waited counts, late as it is', [place('a', 2)], 9, [place('a', 2)], [2]],
  ['what waited and comes twice counts once', [place('a', 2), place('a', 2)], 9, [place('a', 2)], [2]],
  ['what a later decision overtook does not', [place('a', 9), place('a', 2)], 9, [place('a', 2)], [9]],
  ['what another package was told overtakes nothing', [place('b', 9), place('a', 2)], 9, [place('a', 2)], [9, 2]],
])('%s', (_, batch, next, waiting, kept) => {
  expect(dropRepeats(batch, { next: upTo(next), waiting }).map(({ position }) => position)).toEqual(kept);
});

test('a shard of decisions says nothing of another', () => {
  const batch = [place('a', 1, 'evaluation/1'), place('b', 1)];
  expect(dropRepeats(batch, { next: upTo(4), waiting: [] })).toEqual([batch[0]]);
  expect(lateOnes(batch, upTo(4))).toEqual([batch[1]]);
});

/** What action's tables keep, as statements do it. */
const tables = () => {
  let next: ReadonlyMap<string, number> = new Map<string, number>();
  let waiting: readonly DecisionPlace[] = [];
  return {
    passOver: (one: DecisionPlace) => void (waiting = [...waiting, one]),
    act: (batch: readonly DecisionPlace[]): readonly DecisionPlace[] => {
      const late = lateOnes(batch, next);
      const kept = dropRepeats(batch, {
        next,
        waiting: waiting.filter((one) => late.some((other) => isSame(one, other))),
      });
      const top = Math.max(next.get('evaluation/0') ?? 0, ...kept.map(({ position }) => position + 1));
      next = upTo(top);
      waiting = waiting.filter(
        (one) => !kept.some((acted) => acted.packageKey === one.packageKey && one.position <= acted.position),
      );
      return kept;
    },
  };
};

const isSame = (a: DecisionPlace, b: DecisionPlace): boolean =>
  a.packageKey === b.packageKey && a.position === b.position;

test('decisions that wait, die, are replayed and come again: each package is acted on in order, nothing that waits is lost, 2,000 stories by seed', () => {
  const random = seeded(20261201);
  const draw = (most: number): number => Math.floor(random() * most);
  for (let story = 0; story < 2_000; story += 1) {
    const decisions = Array.from({ length: 2 + draw(12) }, (_, position) => place('abc'[draw(3)] ?? 'a', position));
    const action = tables();
    const acted: DecisionPlace[] = [];
    const [waits, dead]: [DecisionPlace[], DecisionPlace[]] = [[], []];
    const come = (batch: readonly DecisionPlace[]) => void acted.push(...action.act(batch));
    for (const decision of decisions) {
      // What faults waits, and what its package is told later waits behind it.
      if (random() < 0.25 || waits.some(({ packageKey }) => packageKey === decision.packageKey)) {
        action.passOver(decision);
        waits.push(decision);
      } else come([decision]);
      if (random() < 0.3)
        come([decisions[draw(decision.position + 1)] ?? decision].filter((one) => acted.includes(one)));
      while (waits.length > 0 && random() < 0.2) {
        const first = waits.shift() as DecisionPlace;
        if (random() < 0.7) come([first]);
        else dead.push(first);
      }
    }
    for (const late of waits) come([late]);
    for (const letter of dead) come([letter]);
    const latest = new Map(decisions.map((one) => [one.packageKey, one]));
    for (const key of latest.keys()) {
      const positions = acted.filter(({ packageKey }) => packageKey === key).map(({ position }) => position);
      expect(positions, `story ${story}`).toEqual(positions.toSorted((a, b) => a - b));
      expect(new Set(positions).size, `story ${story}`).toBe(positions.length);
    }
    expect(
      [...latest.values()].filter((one) => !acted.includes(one)),
      `the last word of each package, story ${story}`,
    ).toEqual([]);
    const lost = decisions.filter((one) => !acted.includes(one) && !dead.includes(one));
    expect(lost, `story ${story}`).toEqual([]);
  }
});
