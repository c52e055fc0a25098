import { expect, test } from 'vitest';
import type { TopicMessage } from '../topics.js';
import { createLaneBuffer } from './lane-buffer.js';

const message = (offset: number): TopicMessage => ({
  topic: 't',
  partition: 0,
  offset,
  key: 'k',
  headers: {},
  value: Buffer.alloc(100),
  publishedAt: '2026-11-22T00:00:00.000Z',
});
const messages = (...offsets: readonly number[]): readonly TopicMessage[] => offsets.map(message);
const offsets = (found: readonly TopicMessage[]): readonly number[] => found.map(({ offset }) => offset);

const opened = (from: number) => {
  const buffer = createLaneBuffer();
  buffer.moveTo(from);
  return buffer;
};

test('what was read is kept until reading goes on behind it, so that a batch can be handed over again', () => {
  const buffer = opened(5);
  buffer.add(messages(5, 6, 7));
  expect(offsets(buffer.read(5, 2))).toEqual([5, 6]);
  expect(offsets(buffer.read(5, 2))).toEqual([5, 6]);
  expect(offsets(buffer.read(7, 2))).toEqual([7]);
  expect(buffer.covers(5)).toBe(false);
  expect(buffer.covers(8)).toBe(true);
});

test('what comes a second time is taken once', () => {
  const buffer = opened(0);
  buffer.add(messages(0, 1, 2));
  buffer.add(messages(1, 2, 3));
  expect(offsets(buffer.read(0, 10))).toEqual([0, 1, 2, 3]);
  expect(buffer.next()).toBe(4);
});

test('a hole is fetched again before it is believed', () => {
  const buffer = opened(0);
  expect(buffer.add(messages(0))).toBe('taken');
  expect(buffer.add(messages(3, 4))).toBe('fetch again');
  expect(buffer.next()).toBe(1);
  expect(buffer.add(messages(3, 4))).toBe('taken behind a hole');
  expect(offsets(buffer.read(1, 10))).toEqual([3, 4]);
});

test('a hole that was a slip of the fetching is filled', () => {
  const buffer = opened(0);
  buffer.add(messages(2, 3));
  buffer.add(messages(0, 1, 2, 3));
  expect(offsets(buffer.read(0, 10))).toEqual([0, 1, 2, 3]);
});

test('bytes are given back with what was passed', () => {
  const buffer = opened(0);
  buffer.add(messages(0, 1));
  const both = buffer.bytes();
  buffer.read(1, 10);
  expect(buffer.bytes()).toBe(both / 2);
  buffer.moveTo(0);
  expect(buffer.bytes()).toBe(0);
});

test('nothing is taken before a position is known', () => {
  const buffer = createLaneBuffer();
  expect(buffer.covers(0)).toBe(false);
  expect(buffer.add(messages(0))).toBe('taken');
  expect(buffer.size()).toBe(0);
});
