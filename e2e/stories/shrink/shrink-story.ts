import type { Story } from '../story.ts';
import type { Violation } from '../violation.ts';
import { ownUnits, withoutSteps, withoutUnits, type Unit } from './units.ts';

/** Plays stories that have their shared steps in common; of each the violation, or null. */
export type PlaySideBySide = (stories: readonly Story[]) => Promise<readonly (Violation | null)[]>;

export interface Shrunk {
  readonly story: Story;
  readonly violation: Violation;
}

const MOST_ROUNDS = 8;

/** The same promise, broken about the same thing. */
export const isSameViolation = (one: Violation, other: Violation | null): other is Violation => {
  if (other?.kind !== one.kind) return false;
  return one.kind !== 'state' || other.subject === one.subject;
};

/**
 * The shortest story that is found to break the same promise: first what the story does by itself is left out, many
 * attempts side by side; then what it shares with others, one attempt after the other.
 */
export const shrinkStory = async (story: Story, violation: Violation, play: PlaySideBySide): Promise<Shrunk> => {
  let best: Shrunk = { story: { ...story, steps: story.steps.slice(0, violation.step + 1) }, violation };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const shorter = await leaveUnitsOut(best, play);
    if (!shorter) break;
    best = shorter;
  }
  return leaveStepsOut(best, play);
};

const attempt = async (
  best: Shrunk,
  stories: readonly Story[],
  play: PlaySideBySide,
): Promise<readonly (Shrunk | null)[]> => {
  const violations = stories.length === 0 ? [] : await play(stories);
  return stories.map((story, i) => {
    const found = violations[i] ?? null;
    return isSameViolation(best.violation, found)
      ? { story: { ...story, steps: story.steps.slice(0, found.step + 1) }, violation: found }
      : null;
  });
};

/** Each unit alone, then as many as possible of those that are not needed. */
const leaveUnitsOut = async (best: Shrunk, play: PlaySideBySide): Promise<Shrunk | null> => {
  const units = ownUnits(best.story);
  const alone = await attempt(
    best,
    units.map((unit) => withoutUnits(best.story, [unit])),
    play,
  );
  const spare = units.filter((_, i) => alone[i] !== null);
  if (spare.length <= 1) return alone.find((one) => one !== null) ?? null;
  const choices = subsetsOf(spare);
  const together = await attempt(
    best,
    choices.map((choice) => withoutUnits(best.story, choice)),
    play,
  );
  return together.find((one) => one !== null) ?? alone.find((one) => one !== null) ?? null;
};

/** The largest first: all, all but one, halves, and so on to pairs. */
const subsetsOf = (units: readonly Unit[]): readonly (readonly Unit[])[] => {
  const allButOne = units.length > 2 ? units.map((unit) => units.filter((other) => other !== unit)) : [];
  const parts: Unit[][] = [];
  for (let size = Math.ceil(units.length / 2); size > 1; size = Math.ceil(size / 2)) {
    for (let from = 0; from < units.length; from += size) parts.push(units.slice(from, from + size));
    if (size === 2) break;
  }
  return [[...units], ...allButOne, ...parts];
};

const leaveStepsOut = async (best: Shrunk, play: PlaySideBySide): Promise<Shrunk> => {
  const isRest = ({ do: what }: Story['steps'][number]): boolean => what === 'rest';
  let shortest = best;
  if (best.story.steps.some(isRest))
    [shortest = best] = (await attempt(best, [withoutSteps(best.story, isRest)], play)).map((one) => one ?? best);
  for (let index = shortest.story.steps.length - 2; index >= 0; index -= 1) {
    const [shorter] = await attempt(shortest, [withoutSteps(shortest.story, (_, i) => i === index)], play);
    shortest = shorter ?? shortest;
  }
  return shortest;
};
