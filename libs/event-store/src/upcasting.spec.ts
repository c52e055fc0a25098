import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { NewEvent } from './event.js';
import { registerUpcasters, upcast } from './upcasting.js';

const scoreToNumber = (data: unknown) => ({ ...(data as { score: string; state: string }), score: Number((data as { score: string }).score) });
const stateToStates = (data: unknown) => {
  const { state, ...rest } = data as { score: number; state: string };
  return { ...rest, states: [state] };
};
registerUpcasters({ TestHappened: { 1: scoreToNumber, 2: stateToStates } });

const folder = new URL('./history/', import.meta.url);
const history = readdirSync(folder).map((file) => ({ file, event: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as NewEvent }));

test.each(history)('$file reads as the newest version', ({ event }) => {
  expect(upcast(event)).toEqual({ ...event, version: 3, data: { score: 0.213, states: ['blocked'] } });
});

test('the event that was given stays as it was', () => {
  const event = Object.freeze({ type: 'TestHappened', version: 1, data: Object.freeze({ score: '1', state: 'free' }) });
  expect(upcast(event).version).toBe(3);
  expect(event.version).toBe(1);
});

test('a type without upcasters is passed on as it is', () => {
  const event = { type: 'OtherHappened', version: 7, data: { a: 1 } };
  expect(upcast(event)).toBe(event);
});

test('an event written by a newer Weir is refused, not misread', () => {
  expect(() => upcast({ type: 'TestHappened', version: 4, data: {} })).toThrow('TestHappened version 4 was written by a newer Weir; this one knows version 3.');
});

test('registering the same upcaster again is harmless, another one for the same version is refused', () => {
  registerUpcasters({ TestHappened: { 1: scoreToNumber } });
  expect(() => registerUpcasters({ TestHappened: { 1: stateToStates } })).toThrow('Two upcasters are registered for TestHappened version 1.');
});

test('a gap between versions is reported', () => {
  registerUpcasters({ GappyHappened: { 1: (data) => data, 3: (data) => data } });
  expect(() => upcast({ type: 'GappyHappened', version: 1, data: {} })).toThrow('No upcaster leads from GappyHappened version 2 to 4.');
});
