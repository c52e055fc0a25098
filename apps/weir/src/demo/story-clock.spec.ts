import { expect, test } from 'vitest';
import { storyClock } from './story-clock.js';

const stepped = () => {
  const state = { wall: Date.parse('2026-11-30T10:00:00Z'), elapsed: 0 };
  const clock = storyClock(
    () => new Date(state.wall),
    () => state.elapsed,
  );
  return { state, clock, shown: () => clock.now().toISOString() };
};

test('outside of a story it follows the clock of the system, forwards and back, whatever time has passed', () => {
  const { state, shown } = stepped();
  for (const [wall, elapsed] of [
    ['2026-11-30T10:00:00.000Z', 0],
    ['2026-12-03T10:00:00.000Z', 5],
    ['2026-11-29T23:59:59.000Z', 6],
    ['2026-11-29T23:59:59.500Z', 90_000_000],
  ] as const) {
    Object.assign(state, { wall: Date.parse(wall), elapsed });
    expect(shown()).toBe(wall);
  }
});

test('a story runs by the time that passes, and leaves the clock of the system behind it', () => {
  const { state, clock, shown } = stepped();
  clock.jumpTo('2024-01-01T00:00:00Z');
  Object.assign(state, { wall: Date.parse('2026-12-24T00:00:00Z'), elapsed: 1_000 });
  expect(shown()).toBe('2024-01-01T00:00:01.000Z');
  clock.leave();
  expect(shown()).toBe('2026-12-24T00:00:00.000Z');
});
