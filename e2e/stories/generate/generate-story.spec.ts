import { expect, test } from 'vitest';
import { isShared, storySchema, type Story } from '../story.ts';
import { generateStory } from './generate-story.ts';
import { makeTimeline, MOST_STEPS } from './timeline.ts';

const SEED = 20_261_122;
const timeline = makeTimeline(SEED, 0);
const stories = Array.from({ length: 200 }, (_, number) => generateStory(timeline, SEED, 0, number));

test('the same seed makes up the same stories, and another seed others', () => {
  expect(generateStory(makeTimeline(SEED, 0), SEED, 0, 7)).toEqual(stories[7]);
  expect(generateStory(makeTimeline(SEED + 1, 0), SEED + 1, 0, 7)).not.toEqual(stories[7]);
  expect(stories[8]).not.toEqual({ ...stories[7], title: stories[8]?.title });
});

test('what is made up is a story that could stand in a file, of at most 30 steps', () => {
  for (const story of stories) {
    expect(storySchema.parse(JSON.parse(JSON.stringify(story)))).toEqual(story);
    expect(story.steps.length).toBeLessThanOrEqual(MOST_STEPS);
  }
});

test('stories of one timeline share what befalls all', () => {
  const shared = (story: Story, index: number): string | null => {
    const step = story.steps[index];
    return step && isShared(step) ? step.do : null;
  };
  for (const [index] of timeline.slots.entries()) {
    const told = stories.filter(({ steps }) => index < steps.length).map((story) => shared(story, index));
    expect(new Set(told).size).toBeLessThanOrEqual(1);
  }
});

test('repeats, clashes, loans, faults, feeds, kills and the passing of time all come', () => {
  const many = [0, 1, 2, 3, 4].flatMap((batch) =>
    Array.from({ length: 40 }, (_, number) => generateStory(makeTimeline(SEED, batch), SEED, batch, number)),
  );
  const text = JSON.stringify(many);
  const sought = [
    'again',
    'clash',
    'borrow',
    'kill',
    'load',
    'pass',
    'restart',
    'save',
    'revise',
    'activate',
    'deactivate',
  ].map((what) => `"do":"${what}"`);
  const further = [
    '"hostile"',
    '"onError":"hold"',
    '"withdrawn":true',
    '"terminal":true',
    '"stale-feed"',
    '"scan-status"',
    '"copied"',
    '"downloaded"',
  ];
  for (const part of [...sought, ...further]) expect(text).toContain(part);
});

test('timelines have one, several and an uneven number of partitions', () => {
  const partitions = Array.from({ length: 40 }, (_, batch) => makeTimeline(SEED, batch).given.partitions);
  expect(new Set(partitions)).toEqual(new Set([1, 4, 7]));
});

test('what is left out does not come', () => {
  const without = new Set(['clash', 'kill', 'storm', 'stale-feed']);
  const bare = makeTimeline(SEED, 1, without);
  const text = JSON.stringify(
    Array.from({ length: 100 }, (_, number) => generateStory(bare, SEED, 1, number, without)),
  );
  for (const part of ['"clash"', '"kill"', '"hostile"', '"stale-feed"']) expect(text).not.toContain(part);
});
