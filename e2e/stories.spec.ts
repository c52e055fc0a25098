import { afterEach, describe, expect, test } from 'vitest';
import { compileStoryLibrary } from './stories/host/compile-story-library.ts';
import { readCases } from './stories/read-cases.ts';
import { runSeededStories, runWrittenStories, type RunOptions } from './stories/run-stories.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Another each time, so that each run tries what none tried before; `npm run stories -- --seed` plays one again. */
const SEED = Math.floor(Math.random() * 2 ** 31);
const COUNT = 200;
const BATCH = 50;
/** No batch is begun later; one takes half a minute to a minute. `npm run stories` plays as many as one likes. */
const BEGIN_WITHIN_MS = 60_000;
const CASES_MS = 600_000;
const SEEDED_MS = 1_200_000;

let end: () => Promise<void> = async () => undefined;
afterEach(() => end());

const options = async (): Promise<RunOptions> => ({
  library: await compileStoryLibrary(say),
  seed: SEED,
  say,
  shrink: 1,
  brokers: null,
  onStart: (stop) => (end = stop),
});

describe('stories that people wrote', () => {
  for (const [key, cases] of Map.groupBy(readCases(), (one) => one.key)) {
    test(
      key,
      async () => {
        const { violations } = await runWrittenStories(cases, { ...(await options()), shrink: 0 });
        expect(violations).toEqual([]);
      },
      CASES_MS,
    );
  }
});

test(
  `stories made up by seed ${SEED} keep every promise`,
  async () => {
    say(`seed ${SEED}`);
    const until = Date.now() + BEGIN_WITHIN_MS;
    const { stories, steps, violations } = await runSeededStories({
      ...(await options()),
      count: COUNT,
      batch: BATCH,
      without: new Set(),
      until,
    });
    say(`${stories} stories, ${steps} steps, ${violations.length} violations`);
    expect(violations).toEqual([]);
    expect(stories).toBeGreaterThan(0);
  },
  SEEDED_MS,
);
