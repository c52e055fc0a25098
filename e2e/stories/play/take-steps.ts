import { setTimeout as sleep } from 'node:timers/promises';
import { packageKeyOf } from '../story-names.ts';
import { isShared, type Feed, type OwnStep, type Step } from '../story.ts';
import { inParallel } from './in-parallel.ts';
import { appendNewerEvent, hideFacts, unhideFacts } from './meddle-with-log.ts';
import { going, isoTime, type Play } from './play.ts';
import type { Stage, StoryPlayer } from './story-player.ts';
import { takeStep } from './take-step.ts';
import { HOUR_MILLIS, SETTLED_WITHIN_MS } from './story-time.ts';

const MOST_AT_ONCE = 8;
const LONGEST_BEFORE_KILL_MS = 150;

/** Takes the step at hand of every story that goes on: first what each does by itself, then what concerns all. */
export const takeSteps = async (play: Play): Promise<void> => {
  await inParallel(going(play), MOST_AT_ONCE, async (player) => {
    for (const step of ownSteps(player.story.steps[play.step])) await takeStep(player, step, stageOf(play));
  });
  const shared = going(play).map((player) => ({ player, step: player.story.steps[play.step] }));
  const first = shared.find(({ step }) => step && isShared(step));
  if (first?.step) await takeForAll(play, first.player, first.step);
};

const stageOf = ({ system, world, now, step }: Play): Stage => ({ url: system.host().url, world, now, step });

const ownSteps = (step: Step | undefined): readonly OwnStep[] => {
  if (!step) return [];
  switch (step.do) {
    case 'load':
    case 'restart':
    case 'hide':
    case 'unhide':
    case 'newer':
      return [];
    case 'together':
      return step.steps;
    case 'kill':
    case 'pass':
      return step.steps ?? [];
    default:
      return [step];
  }
};

const takeForAll = async (play: Play, player: StoryPlayer, step: Step): Promise<void> => {
  const { system } = play;
  switch (step.do) {
    case 'load':
      return loadFeeds(play);
    case 'pass':
      if (step.steps) await system.host().settled(SETTLED_WITHIN_MS);
      return letPass(play, step.hours);
    case 'kill':
      await sleep(play.random() * LONGEST_BEFORE_KILL_MS);
      await system.kill(step.postgres ?? false);
      return startAgain(play, {});
    case 'restart': {
      const { workers, deadlineMillis, engine } = step;
      await system.kill(false);
      if (engine) play.world.engine = engine;
      return startAgain(play, {
        ...(workers && { workers }),
        ...(deadlineMillis && { deadlineMillis }),
        ...(engine && { engine }),
      });
    }
    case 'hide':
      await hideFacts(system.database(), packageKeyOf(player.names, step.package));
      return letPass(play, step.hours);
    case 'unhide':
      return unhideFacts(system.database());
    case 'newer':
      return appendNewerEvent(system.host().databaseUrl, step.type, step.version);
    default:
      return;
  }
};

const letPass = async (play: Play, hours: number): Promise<void> => {
  play.now += hours * HOUR_MILLIS;
  await play.system.host().setClock(isoTime(play.now));
};

const startAgain = async (play: Play, changes: Parameters<Play['system']['start']>[1]): Promise<void> => {
  await play.system.start(isoTime(play.now), changes);
  play.deadLettersBefore = (await play.system.deadLetters()).length;
};

/** What the stories have to say of the feeds at this step goes into one file of each. */
const loadFeeds = async (play: Play): Promise<void> => {
  const told = going(play).flatMap((player) => {
    const step = player.story.steps[play.step];
    return step?.do === 'load' ? [{ player, step }] : [];
  });
  for (const { player, step } of told) {
    player.model.load(step);
    play.feeds.tell(player.names, step);
  }
  for (const feed of new Set(told.flatMap(({ step }) => step.feeds))) await loadFeed(play, feed);
};

/** Loads one feed; a file that is refused is a mistake of ours. */
export const loadFeed = async (play: Play, feed: Feed): Promise<void> => {
  const { status, body } = await play.feeds.load(play.system.host().url, feed, new Date(play.now));
  if (status >= 300) throw new Error(`The feed ${feed} was answered with ${status}: ${body}`);
  play.world.loadedAt = { ...play.world.loadedAt, [feed]: play.now };
};
