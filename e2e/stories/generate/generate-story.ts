import type { OwnStep, Story, Step } from '../story.ts';
import { dice, type Dice } from './dice.ts';
import {
  again,
  borrow,
  clash,
  copy,
  download,
  endOfHostility,
  hostileEvents,
  publish,
  removeAny,
} from './draft-event.ts';
import { draftLoad } from './draft-feeds.ts';
import { revisePolicy, savePolicy, switchPolicy } from './draft-policy.ts';
import { emptyPast, type Past } from './past.ts';
import { leaveOut, type Slot, type Timeline, type Without } from './timeline.ts';

const SHORTEST = 8;

/** A story for a place in a timeline: the same for the same seeds. */
export const generateStory = (
  timeline: Timeline,
  seed: number,
  batch: number,
  number: number,
  without: Without = new Set(),
): Story => {
  const random = dice(seed, batch, number, 2);
  const past = emptyPast(without);
  const length = SHORTEST + Math.floor(random.roll() * (timeline.slots.length - SHORTEST + 1));
  const steps = timeline.slots
    .slice(0, length)
    .map((slot, index) => (index === 0 ? opening(random, past) : stepOf(random, past, slot)));
  return { title: `seed ${seed}, batch ${batch}, story ${number}`, given: timeline.given, steps };
};

/** Stories without a policy say little. */
const opening = (random: Dice, past: Past): Step => ({
  do: 'together',
  steps: [savePolicy(random, past), savePolicy(random, past), publish(random, past)],
});

const stepOf = (random: Dice, past: Past, slot: Slot): Step => {
  switch (slot.kind) {
    case 'own':
      return ownStep(random, past);
    case 'storm':
      return storm(random, past);
    case 'calm':
      return calm(random, past);
    case 'load':
      return draftLoad(random, past, slot.feeds);
    case 'pass':
      return { do: 'pass', hours: slot.hours };
    case 'kill':
      return { do: 'kill', postgres: slot.postgres, steps: severalSteps(random, past) };
    case 'restart':
      return { do: 'restart', workers: slot.workers };
    default: {
      const unknown: never = slot;
      throw new Error(`No step for ${JSON.stringify(unknown)}`);
    }
  }
};

const ownStep = (random: Dice, past: Past): Step =>
  random.chance(0.5) ? oneStep(random, past) : { do: 'together', steps: severalSteps(random, past) };

/**
 * No copies and no clashes: what a copy takes over depends on its source, which of two events under one id is recorded
 * depends on which comes first, and events about two packages come in no order.
 */
const severalSteps = (random: Dice, past: Past): OwnStep[] =>
  Array.from({ length: random.pick([1, 2, 3, 4]) }, () =>
    oneStep(random, { ...past, without: new Set([...past.without, 'copy', 'clash']) }),
  );

const oneStep = (random: Dice, past: Past): OwnStep => {
  const weights = {
    publish: 34,
    again: 20,
    delete: 8,
    download: 5,
    copy: 7,
    clash: 3,
    borrow: 5,
    save: 9,
    revise: 4,
    switch: 8,
    rest: 2,
  };
  const kind = random.weighed(leaveOut(weights, past.without));
  switch (kind) {
    case 'publish':
      return publish(random, past);
    case 'again':
      return again(random, past);
    case 'delete':
      return removeAny(random, past);
    case 'download':
      return download(random, past);
    case 'copy':
      return copy(random, past);
    case 'clash':
      return clash(random, past);
    case 'borrow':
      return borrow(random, past);
    case 'save':
      return savePolicy(random, past);
    case 'revise':
      return revisePolicy(random, past);
    case 'switch':
      return switchPolicy(random, past);
    case 'rest':
      return { do: 'rest' };
    default: {
      const unknown: never = kind;
      throw new Error(`No step for ${String(unknown)}`);
    }
  }
};

/** Not every story takes part in every storm. */
const storm = (random: Dice, past: Past): Step =>
  random.chance(0.35) ? { do: 'together', steps: hostileEvents(random, past) } : ownStep(random, past);

const calm = (random: Dice, past: Past): Step => {
  const steps = endOfHostility(past);
  return steps.length === 0 ? ownStep(random, past) : { do: 'together', steps };
};
