import { expect, test } from 'vitest';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { searchInSlices, type Searched, type Slices } from './search-in-slices.js';

/** Rows 0, 1, 2, ... in their order, of which some fit; slices of the search are 5,000 of them. */
const rowsThatFit = (count: number, fits: (row: number) => boolean): Slices<number> => {
  const after = (at: readonly [string, string] | null): number => (at === null ? 0 : Number(at[0]) + 1);
  return {
    rowAfter: async (at, rows) => (after(at) + rows - 1 < count ? after(at) + rows - 1 : null),
    fitting: async (at, to, most) =>
      Array.from({ length: (to === null ? count : Number(to[0]) + 1) - after(at) }, (_, index) => after(at) + index)
        .filter(fits)
        .slice(0, most),
    cursorOf: (row) => [String(row), ''],
  };
};

test('whenever a search stops, going on where it stopped finds each row that fits once, in order', async () => {
  const runs: Promise<void>[] = [];
  forEachSeed(100, (chance) => {
    const count = chance.below(40_000);
    const every = 1 + chance.below(20_000);
    const most = 1 + chance.below(20);
    const patience = chance.below(4);
    const slices = rowsThatFit(count, (row) => row % every === 0);
    runs.push(
      (async () => {
        const found: number[] = [];
        for (let at: readonly [string, string] | null = null; ;) {
          let left = patience;
          const { rows, stoppedAt }: Searched<number> = await searchInSlices(slices, at, most, () => (left -= 1) < 0);
          expect(rows.length).toBeLessThanOrEqual(most);
          found.push(...rows);
          const last = rows.at(-1);
          if (stoppedAt === null && rows.length < most) break;
          at = stoppedAt ?? (last === undefined ? null : slices.cursorOf(last));
        }
        expect(found).toEqual(Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every));
      })(),
    );
  });
  await Promise.all(runs);
});
