import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnStep } from '../story.ts';
import type { Stage, StoryPlayer } from './story-player.ts';
import { lendEvent, tellAgain, tellClash, tellEvent, tellOdd } from './take-event-step.ts';
import { activatePolicy, deactivatePolicy, revisePolicy, savePolicy } from './take-policy-step.ts';

/** Takes one step of a story, tells its model what was accepted, and notes what was refused that should not be. */
export const takeStep = async (player: StoryPlayer, step: OwnStep, stage: Stage): Promise<void> => {
  switch (step.do) {
    case 'event':
      return tellEvent(player, step, stage);
    case 'again':
      return tellAgain(player, step, stage);
    case 'borrow':
      return lendEvent(player, step, stage);
    case 'clash':
      return tellClash(player, step, stage);
    case 'odd':
      return tellOdd(player, step, stage);
    case 'save':
      return savePolicy(player, step, stage);
    case 'revise':
      return revisePolicy(player, step, stage);
    case 'activate':
      return activatePolicy(player, step.policy, revisionOf(player, step), stage);
    case 'deactivate':
      return deactivatePolicy(player, step.policy, stage);
    case 'rest':
      return sleep((step.seconds ?? 0) * 1_000);
    default: {
      const unknown: never = step;
      throw new Error(`Unknown step ${JSON.stringify(unknown)}`);
    }
  }
};

/** The latest unless told; a revision that said nothing new was none. */
const revisionOf = ({ model }: StoryPlayer, { policy, revision }: Extract<OwnStep, { do: 'activate' }>): number =>
  Math.min(revision ?? Infinity, model.revisions(policy));
