import { expect, test } from 'vitest';
import { canShareWeir, groupStories } from './group-stories.ts';
import { readCases } from './read-cases.ts';
import type { Step, Story } from './story.ts';

const story = (...steps: readonly Step[]): Story => ({ title: 'a story', steps: [...steps] });
const rest: Step = { do: 'rest' };
const load: Step = { do: 'load', feeds: ['epss'] };
const stale: Step = { do: 'save', policy: 'stale', template: 'stale-feed' };

test('stories share a Weir when the same befalls them at each step', () => {
  expect(canShareWeir(story(rest), story(rest, rest))).toBe(true);
  expect(canShareWeir(story({ do: 'pass', hours: 1 }), story(rest))).toBe(false);
  expect(canShareWeir(story({ do: 'pass', hours: 1 }), story({ do: 'pass', hours: 1 }))).toBe(true);
  expect(canShareWeir({ ...story(rest), given: { workers: 2 } }, story(rest))).toBe(false);
});

test('a feed that is loaded for one disturbs another only when that goes by its age', () => {
  expect(canShareWeir(story(rest, load), story(rest, rest))).toBe(true);
  expect(canShareWeir(story(rest, load), story(stale, rest))).toBe(false);
});

test('every story that people wrote can be read and is in one group', () => {
  const cases = readCases();
  expect(cases.length).toBeGreaterThan(20);
  expect(groupStories(cases).flat()).toHaveLength(cases.length);
});
