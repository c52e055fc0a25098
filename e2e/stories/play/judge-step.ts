import { setTimeout as sleep } from 'node:timers/promises';
import { judgeNewerEvent } from '../judge/judge-newer-event.ts';
import { judgeStory, type SeenSystem } from '../judge/judge-story.ts';
import type { StoredDecision } from '../judge/read-log.ts';
import { readPackages } from '../judge/read-packages.ts';
import type { Step } from '../story.ts';
import type { Violation } from '../violation.ts';
import { compareCounter, compareVerdicts, replaySome } from './compare-step.ts';
import { going, isoTime, type Play } from './play.ts';
import { note, type StoryPlayer } from './story-player.ts';
import { takeStep } from './take-step.ts';
import { HEALED_WITHIN_MILLIS, HEALING_PATIENCE_MS, PATIENCE_MS, SETTLED_WITHIN_MS } from './story-time.ts';

type Finding = Omit<Violation, 'step'>;

const EVERY_MS = 500;

/**
 * Waits until all is settled, compares it with what must be, and notes of each story the first promise that was
 * broken.
 */
export const judgeStep = async (play: Play): Promise<void> => {
  const judged = going(play);
  const [first] = judged;
  const shared = first?.story.steps[play.step];
  if (shared?.do === 'hide') return settle(play).catch(() => undefined);
  if (first && shared?.do === 'newer') return expectStop(play, first, shared.type);
  const hanging = await settle(play).then(
    () => null,
    (fault: unknown) => (fault instanceof Error ? fault.message : String(fault)),
  );
  const { seen, fresh } = await see(play);
  const found = new Map(judged.map((player) => [player, judgeStory(player, seen, play.world, play.now)]));
  await heal(play, found);
  for (const [player, finding] of found) if (finding) note(player, play, finding);
  if (hanging !== null) blameForHanging(play, judged, hanging);
  await replaySome(play, fresh);
  await compareVerdicts(play, judged);
  await compareCounter(play);
  for (const player of judged) player.model.remember(play.world, play.now);
};

const settle = ({ system }: Play): Promise<void> => system.host().settled(SETTLED_WITHIN_MS);

const see = async ({
  system,
  follow,
}: Play): Promise<{ readonly seen: SeenSystem; readonly fresh: readonly StoredDecision[] }> => {
  const [packages, deadLetters] = [await readPackages(system.host().url), await system.deadLetters()];
  const { decisionsOf, fresh } = await follow(system.database());
  return { seen: { packages, decisionsOf, deadLetters }, fresh };
};

/**
 * Gives what is not as it must be the time that is promised, and looks again until it is or the time is over. After a
 * fault it is given twice: a policy is left alone by the wall clock, and what is asked again before that is over fails
 * once more, with a pause behind it that is longer than a test can wait.
 */
const heal = async (play: Play, found: Map<StoryPlayer, Finding | null>): Promise<void> => {
  const times = isAfterFault(play, found) ? 2 : 1;
  const patience = times === 2 ? HEALING_PATIENCE_MS / 2 : PATIENCE_MS;
  for (let time = 1; time <= times && isIll(found); time += 1) {
    await play.system.host().setClock(isoTime(play.now + time * HEALED_WITHIN_MILLIS));
    await lookUntilHealed(play, found, patience);
  }
};

const isIll = (found: ReadonlyMap<StoryPlayer, Finding | null>): boolean =>
  [...found.values()].some((finding) => finding !== null);

const lookUntilHealed = async (
  play: Play,
  found: Map<StoryPlayer, Finding | null>,
  withinMillis: number,
): Promise<void> => {
  for (const start = Date.now(); isIll(found) && Date.now() - start < withinMillis;) {
    await sleep(EVERY_MS);
    const { seen } = await see(play);
    for (const [player, finding] of found) {
      if (finding) found.set(player, judgeStory(player, seen, play.world, play.now));
    }
  }
};

/** A policy that failed may be left alone for some seconds; all else is so at once. */
const isAfterFault = ({ step }: Play, found: ReadonlyMap<StoryPlayer, Finding | null>): boolean =>
  [...found].some(
    ([{ story }, finding]) =>
      finding !== null &&
      (FAULT.test(finding.actual) || (finding.kind === 'state' && hadHostile(story.steps.slice(0, step + 1)))),
  );

const FAULT = /deadline_exceeded|suspended|engine_fault|memory_exceeded/;

const hadHostile = (steps: readonly Step[]): boolean => JSON.stringify(steps).includes('"summary":"hostile"');

/** Who hangs is told by what else is wrong with it; where nothing is, it may be any of them. */
const blameForHanging = (play: Play, judged: readonly StoryPlayer[], actual: string): void => {
  if (judged.some(({ violation }) => violation !== null)) return;
  const words = `${actual}; the host says ${play.system.host().lastWords()}`;
  for (const player of judged) {
    note(player, play, { kind: 'unsettled', subject: 'the flow', expected: 'nothing under way', actual: words });
  }
};

const expectStop = async (play: Play, player: StoryPlayer, type: string): Promise<void> => {
  const { system, world, now, step } = play;
  const publish = async (): Promise<string> => {
    const event = { do: 'event', kind: 'published', id: 'after-newer', package: 'after-newer@1.0.0' } as const;
    await takeStep(player, event, { url: system.host().url, world, now, step });
    return player.names.eventId('after-newer');
  };
  const finding = await judgeNewerEvent(system.host().url, system.database(), type, publish);
  if (finding) note(player, play, finding);
};
