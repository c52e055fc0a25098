import { expect, test } from 'vitest';
import { readOptions, WrongUse, type StoryOptions } from './options.ts';

const read = (...args: readonly string[]): StoryOptions => {
  const options = readOptions(args);
  if (options === 'help') throw new Error('help was not asked for');
  return options;
};

test('topics are in PostgreSQL unless brokers are named', () => {
  expect(read()).toMatchObject({ brokers: null, dropTopics: false });
  expect(read('--kafka', 'one:9092, two:9093', '--drop-topics')).toMatchObject({
    brokers: ['one:9092', 'two:9093'],
    dropTopics: true,
  });
});

test('an address without a port, a number that is none and an option that there is not are wrong use', () => {
  for (const args of [
    ['--kafka', 'one'],
    ['--kafka', 'one:9092,'],
    ['--count', 'many'],
    ['--brokers', 'one:9092'],
  ])
    expect(() => readOptions(args)).toThrow(WrongUse);
});
