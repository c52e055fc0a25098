import { expect, test } from 'vitest';
import type { Step, Story } from '../story.ts';
import type { Violation } from '../violation.ts';
import { shrinkStory, type PlaySideBySide } from './shrink-story.ts';

const event = (id: string): Step => ({ do: 'event', kind: 'published', id, package: 'p1@1.0.0' });
const violation = (step: number, kind: Violation['kind'] = 'state'): Violation => ({
  kind,
  step,
  subject: 'p1',
  expected: 'x',
  actual: 'y',
});

/** Breaks a promise at the first step that is a load, once the events `needed` were told before it. */
const breaksAfter =
  (...needed: readonly string[]): PlaySideBySide =>
  async (stories) =>
    stories.map(({ steps }) => {
      const place = steps.findIndex(({ do: what }) => what === 'load');
      const before = JSON.stringify(steps.slice(0, place));
      return place >= 0 && needed.every((id) => before.includes(`"id":"${id}"`)) ? violation(place) : null;
    });

const story: Story = {
  title: 'long',
  steps: [
    event('a'),
    {
      do: 'together',
      steps: [
        { do: 'again', of: 'a' },
        { do: 'event', kind: 'published', id: 'b', package: 'p1@1.0.0' },
        { do: 'rest' },
      ],
    },
    { do: 'pass', hours: 5 },
    event('c'),
    { do: 'kill', steps: [{ do: 'event', kind: 'deleted', id: 'd', package: 'p1@1.0.0' }] },
    { do: 'load', feeds: ['osv'], advisories: { v1: { product: 'p1', fixed: null } } },
    event('e'),
  ],
};

test('only what is needed to break the promise is left, parts of steps too', async () => {
  const { story: shortest } = await shrinkStory(story, violation(5), breaksAfter('b', 'd'));
  expect(shortest.steps).toEqual([
    { do: 'together', steps: [{ do: 'event', kind: 'published', id: 'b', package: 'p1@1.0.0' }] },
    { do: 'kill', steps: [{ do: 'event', kind: 'deleted', id: 'd', package: 'p1@1.0.0' }] },
    { do: 'load', feeds: ['osv'] },
  ]);
});

test('another promise that breaks on the way is not taken for the one that is sought', async () => {
  const play: PlaySideBySide = async (stories) => stories.map(({ steps }) => violation(steps.length - 1, 'refused'));
  const { story: shortest } = await shrinkStory(story, violation(5), play);
  expect(shortest.steps).toEqual(story.steps.slice(0, 6));
});

test('a story that does not break the promise once more stays as it is', async () => {
  const { story: shortest, violation: told } = await shrinkStory(story, violation(3), async (stories) =>
    stories.map(() => null),
  );
  expect(shortest.steps).toHaveLength(4);
  expect(told).toEqual(violation(3));
});
