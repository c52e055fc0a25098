import { seeded } from '../../../tools/testing/seeded.ts';
import { temporaryFolder } from '../../harness/weir-process.ts';
import { followDecisions, type StoredDecision } from '../judge/read-log.ts';
import { createReplay } from '../judge/replay-decision.ts';
import type { Feed, Story } from '../story.ts';
import type { Violation } from '../violation.ts';
import { compareWithReader } from './compare-step.ts';
import { judgeStep } from './judge-step.ts';
import { going, isoTime, type Play } from './play.ts';
import { createSystem } from './running-system.ts';
import { createStoryFeeds } from './story-feeds.ts';
import { createPlayer } from './story-player.ts';
import { STEP_MILLIS, STORY_BEGINS } from './story-time.ts';
import { loadFeed, takeSteps } from './take-steps.ts';

export interface PlayOptions {
  /** Folder of `compileStoryLibrary`. */
  readonly library: string;
  /** For what is left to chance while playing: when a kill comes, which decisions are replayed. */
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Kafka brokers that hold the topics; null keeps them in PostgreSQL. */
  readonly brokers: readonly string[] | null;
  /** Told how to end at once what is being played. */
  readonly onStart?: (end: () => Promise<void>) => void;
}

/** What became of one story. */
export interface Played {
  readonly violation: Violation | null;
  /** Steps that were taken and judged. */
  readonly steps: number;
}

const FEEDS: readonly Feed[] = ['osv', 'epss', 'kev'];
const REPLAYED_AT_ONCE = 12;

/**
 * Plays stories side by side in a Weir of their own, step by step, and judges each step. In the order of the stories.
 */
export const playStories = async (stories: readonly Story[], options: PlayOptions): Promise<readonly Played[]> => {
  const dataDirectory = temporaryFolder();
  const {
    workers = 1,
    deadlineMillis = 100,
    partitions = 4,
    engine = 'genuine',
    feeds = FEEDS,
  } = stories[0]?.given ?? {};
  const { library, seed, say, brokers, onStart } = options;
  const now = isoTime(STORY_BEGINS);
  const system = createSystem({ dataDirectory, library, now, engine, workers, deadlineMillis, brokers, partitions });
  onStart?.(() => system.end());
  const random = seeded(seed);
  const play: Play = {
    system,
    players: stories.map(createPlayer),
    feeds: createStoryFeeds(),
    now: STORY_BEGINS,
    step: -1,
    deadLettersBefore: 0,
    follow: followDecisions(),
    replay: createReplay(),
    sample: sampling(random),
    random,
    say,
    world: { startedAt: STORY_BEGINS, loadedAt: { osv: null, epss: null, kev: null }, engine },
  };
  try {
    await system.start(now);
    for (const feed of feeds) await loadFeed(play, feed);
    await playAll(play);
  } finally {
    await system.end();
  }
  return play.players.map(({ story, violation }) => ({
    violation,
    steps: violation ? violation.step + 1 : story.steps.length,
  }));
};

const playAll = async (play: Play): Promise<void> => {
  for (play.step = 0; going(play).length > 0; play.step += 1) {
    play.now += STEP_MILLIS;
    await play.system.host().setClock(isoTime(play.now));
    await takeSteps(play);
    const judged = going(play);
    for (const player of judged) compareWithReader(play, player);
    await judgeStep(play);
    play.say(
      `step ${play.step + 1}: ${judged.length} stories, ${play.players.filter((one) => one.violation).length} violations`,
    );
  }
};

const sampling =
  (random: () => number) =>
  (decisions: readonly StoredDecision[]): readonly StoredDecision[] =>
    decisions.length <= REPLAYED_AT_ONCE
      ? decisions
      : decisions.toSorted(() => random() - 0.5).slice(0, REPLAYED_AT_ONCE);
