import { groupStories } from './group-stories.ts';
import { generateStory } from './generate/generate-story.ts';
import { makeTimeline, type Without } from './generate/timeline.ts';
import { playStories, type Played, type PlayOptions } from './play/play-stories.ts';
import { shrinkStory } from './shrink/shrink-story.ts';
import type { Story } from './story.ts';
import type { Violation } from './violation.ts';

/** A promise that was broken, with the shortest story found that shows it. */
export interface FoundViolation extends Violation {
  readonly story: string;
  readonly shortest: Story;
}

export interface StoriesReport {
  readonly stories: number;
  readonly steps: number;
  readonly violations: readonly FoundViolation[];
}

export interface RunOptions extends PlayOptions {
  /** How many violations are shrunk. */
  readonly shrink: number;
}

/** Stories by hand: those of one key may share a Weir where they can. */
export const runWrittenStories = async (
  items: readonly { readonly key: string; readonly story: Story }[],
  options: RunOptions,
): Promise<StoriesReport> => {
  const report = collect(options);
  for (const group of groupStories(items)) {
    const stories = group.map(({ story }) => story);
    options.say(`${stories.length === 1 ? 'A story' : `${stories.length} stories`} of ${group[0]?.key ?? ''}`);
    await report.add(stories, await playStories(stories, options));
  }
  return report.whole();
};

export interface SeededRun extends RunOptions {
  readonly count: number;
  readonly batch: number;
  readonly without: Without;
  /** Milliseconds since 1970 after which no batch is begun. */
  readonly until: number;
}

/** Stories that are made up by seed, many side by side. */
export const runSeededStories = async (options: SeededRun): Promise<StoriesReport> => {
  const { count, batch: size, seed, without, until, say } = options;
  const report = collect(options);
  for (let batch = 0, told = 0; told < count && Date.now() < until; batch += 1) {
    const timeline = makeTimeline(seed, batch, without);
    const most = Math.min(size, count - told);
    const stories = Array.from({ length: most }, (_, number) => generateStory(timeline, seed, batch, number, without));
    say(`batch ${batch + 1}: ${stories.length} stories (${told} of ${count} told)`);
    await report.add(stories, await playStories(stories, { ...options, seed: seed + batch }));
    told += most;
  }
  return report.whole();
};

interface Collected {
  add(stories: readonly Story[], played: readonly Played[]): Promise<void>;
  whole(): StoriesReport;
}

const collect = (options: RunOptions): Collected => {
  const violations: FoundViolation[] = [];
  let [stories, steps] = [0, 0];
  return {
    add: async (told, played) => {
      stories += told.length;
      steps += played.reduce((sum, one) => sum + one.steps, 0);
      const broken = played.flatMap(({ violation }, index) =>
        violation && told[index] ? [{ story: told[index], violation }] : [],
      );
      for (const { story, violation } of await withoutBystanders(broken, options)) {
        const isShrunk = violations.length < options.shrink;
        options.say(describe(story, violation));
        const found = isShrunk ? await shrink(story, violation, options) : { story, violation };
        violations.push({ ...found.violation, story: story.title, shortest: found.story });
      }
    },
    whole: () => ({ stories, steps, violations }),
  };
};

const describe = ({ title }: Story, { kind, subject, expected, actual }: Violation): string =>
  `${title}: ${kind}: ${subject} is ${actual}, and must be ${expected}`;

interface Broken {
  readonly story: Story;
  readonly violation: Violation;
}

/** When a Weir does not come to rest, any of its stories may be why: halves are played until one story is left. */
const withoutBystanders = async (broken: readonly Broken[], options: RunOptions): Promise<readonly Broken[]> => {
  const isHanging = ({ violation: { kind } }: Broken): boolean => kind === 'unsettled';
  let suspects = broken.filter(isHanging);
  while (suspects.length > 1) {
    options.say(`${suspects.length} stories did not come to rest; playing half of them`);
    const half = suspects.slice(0, Math.ceil(suspects.length / 2));
    const stories = half.map(({ story, violation }) => ({ ...story, steps: story.steps.slice(0, violation.step + 1) }));
    const played = await playStories(stories, { ...options, say: () => undefined });
    suspects = played.some(({ violation }) => violation?.kind === 'unsettled') ? half : suspects.slice(half.length);
  }
  return [...broken.filter((one) => !isHanging(one)), ...suspects];
};

/** Stays with the story as it is when it does not break the promise once more. */
const shrink = (story: Story, violation: Violation, options: RunOptions): ReturnType<typeof shrinkStory> => {
  options.say('looking for the shortest story that shows it');
  const quiet = { ...options, say: () => undefined };
  return shrinkStory(story, violation, async (stories) => {
    const played = await playStories(stories, quiet);
    options.say(`${stories.length} attempts, ${played.filter((one) => one.violation).length} show it`);
    return played.map((one) => one.violation);
  });
};
