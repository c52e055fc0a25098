import { afterAll, beforeAll, expect, test } from 'vitest';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { createApiDatabase, type ApiDatabase } from '../testing/api-for-tests.js';
import { cursorText, parseCursor } from './page-cursor.js';

let database: ApiDatabase;

beforeAll(async () => {
  database = await createApiDatabase();
});

afterAll(() => database.drop());

const two = (number: number): string => String(number).padStart(2, '0');

/** Texts with the form of an instant, of which many are none. */
const instantLike = (chance: Chance): string => {
  const year = chance.pick(['0000', '0001', '1969', '2024', '2026', '2100', '9999']);
  const day = `${year}-${two(chance.below(14))}-${two(chance.below(33))}`;
  const clock = `${two(chance.pick([0, 12, 23, 24, 25]))}:${two(chance.pick([0, 59, 60]))}:${two(chance.pick([0, 59, 60]))}`;
  return `${day}T${clock}.${chance.pick(['000', '999'])}Z`;
};

test('what is taken for the end of a page can be compared by PostgreSQL, whatever has the form of an instant', async () => {
  const taken: string[] = [];
  const refused: string[] = [];
  forEachSeed(3_000, (chance) => {
    const text = instantLike(chance);
    try {
      taken.push(parseCursor(cursorText([text, 'x']), 'time')[0]);
    } catch {
      refused.push(text);
    }
  });
  const { rows } = await database.pool.query<{ same: boolean }>(
    `SELECT to_char(text::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') = text AS same
       FROM unnest($1::text[]) AS text`,
    [taken],
  );
  expect(rows.filter(({ same }) => !same)).toEqual([]);
  expect(refused).not.toContain('2026-02-28T00:00:00.000Z');
  expect(Math.min(taken.length, refused.length)).toBeGreaterThan(300);
});
