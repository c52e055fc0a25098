import { expect, test } from 'vitest';
import { checkShardName, eventId, parseEventId } from './event-id.js';

test('an event id names the shard and the position', () => {
  expect(eventId('evaluation/3', 120)).toBe('evaluation-3-120');
  expect(parseEventId('evaluation-3-120')).toEqual({ shard: 'evaluation/3', position: 120 });
});

test.each([
  '',
  'evaluation',
  'evaluation-3',
  'evaluation-3-',
  'evaluation-03-1',
  'evaluation-3-01',
  'a-b-3-1',
  'evaluation/3-1',
  'evaluation-3--1',
  'evaluation-3-9999999999999999',
])('"%s" is no event id', (text) => expect(parseEventId(text)).toBeNull());

test.each(['', 'evaluation', 'eval-uation/3', 'evaluation/x', 'Evaluation/3', 'evaluation/3/4'])(
  '"%s" is refused as a shard name',
  (name) => {
    expect(() => checkShardName(name)).toThrow('such as evaluation/3');
  },
);
