import { isDeepStrictEqual } from 'node:util';
import { isShared, type Step, type Story } from './story.ts';

/**
 * Whether stories can be played side by side: they begin alike, and at each step the same befalls all of them. Feeds
 * may
 * be loaded for some alone, unless one goes by how fresh they are.
 */
export const canShareWeir = (one: Story, other: Story): boolean => {
  if (!isDeepStrictEqual(one.given, other.given)) return false;
  const readsFreshness = JSON.stringify([one, other]).includes('stale-feed');
  const befalls = ({ steps }: Story, index: number): Partial<Step> | null => {
    const step = steps[index];
    if (!step || !isShared(step) || (step.do === 'load' && !readsFreshness)) return null;
    return step.do === 'load'
      ? { do: 'load', feeds: step.feeds }
      : step.do === 'kill'
        ? { do: 'kill', postgres: step.postgres }
        : step;
  };
  const length = Math.max(one.steps.length, other.steps.length);
  return Array.from({ length }, (_, index) => index).every((index) =>
    isDeepStrictEqual(befalls(one, index), befalls(other, index)),
  );
};

/** Stories in groups that can be played side by side, those of one key at most in one group. */
export const groupStories = <T extends { readonly key: string; readonly story: Story }>(
  items: readonly T[],
): readonly (readonly T[])[] => {
  const groups: T[][] = [];
  for (const item of items) {
    const group = groups.find((members) =>
      members.every(({ key, story }) => key === item.key && canShareWeir(story, item.story)),
    );
    if (group) group.push(item);
    else groups.push([item]);
  }
  return groups;
};
