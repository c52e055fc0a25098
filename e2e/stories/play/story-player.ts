import type { World } from '../judge/model-state.ts';
import { createStoryModel, type StoryModel } from '../judge/story-model.ts';
import { storyNames, type StoryNames } from '../story-names.ts';
import type { Story } from '../story.ts';
import type { Violation } from '../violation.ts';
import type { Answer } from './send.ts';
import type { EventRequest, Told } from './story-events.ts';

/** What must come of an accepted event. */
export type Wanted =
  | 'one decision'
  | 'one decision, or a dead letter'
  /** Beside the decision of the event whose id it took. */
  | 'a dead letter';

export interface Accepted {
  readonly request: EventRequest;
  readonly wants: Wanted;
  /** Its id may be what is odd about it. */
  readonly isOdd: boolean;
}

/** A story that is being played, with what came of it so far. */
export interface StoryPlayer {
  readonly story: Story;
  readonly names: StoryNames;
  readonly model: StoryModel;
  readonly accepted: Accepted[];
  violation: Violation | null;
  /** What was sent, by the name of the event within the story. */
  readonly sent: Map<string, { readonly request: EventRequest; readonly told: Told }>;
}

export const createPlayer = (story: Story, number: number): StoryPlayer => ({
  story,
  names: storyNames(number),
  model: createStoryModel(),
  accepted: [],
  violation: null,
  sent: new Map(),
});

/** Where and when a step is taken. */
export interface Stage {
  readonly url: string;
  readonly world: World;
  readonly now: number;
  readonly step: number;
}

/** Keeps the first promise that was broken. */
export const note = (player: StoryPlayer, { step }: Pick<Stage, 'step'>, finding: Omit<Violation, 'step'>): void => {
  player.violation ??= { ...finding, step };
};

/** Notes a violation unless the answer is the one that is expected. */
export const expectStatus = (
  player: StoryPlayer,
  stage: Stage,
  subject: string,
  answer: Answer,
  ...right: number[]
): void => {
  if (right.includes(answer.status)) return;
  note(player, stage, { kind: 'refused', subject, expected: `status ${right.join(' or ')}`, actual: told(answer) });
};

/** A refusal must say which field is wrong. */
export const expectNamedField = (player: StoryPlayer, stage: Stage, subject: string, answer: Answer): void => {
  const isRefusal = answer.status >= 400 && answer.status < 500;
  if (isRefusal && /"pointer":"\//.test(answer.body)) return;
  note(player, stage, { kind: 'refused', subject, expected: 'a refusal that names the field', actual: told(answer) });
};

const told = ({ status, body }: Answer): string => `${status} ${body.slice(0, 500)}`;
