import { isShared, type OwnStep, type Step, type Story } from '../story.ts';

/** A place in a story: a step, or one of those that a step holds. */
export interface Unit {
  readonly step: number;
  /** Null: the step itself. */
  readonly part: number | null;
}

const REST: Step = { do: 'rest' };

const partsOf = (step: Step): readonly OwnStep[] | null => {
  if (step.do === 'together') return step.steps;
  return step.do === 'kill' || (step.do === 'pass' && step.steps) ? (step.steps ?? []) : null;
};

/** What can be left out of a story without touching what it shares with others at its side. */
export const ownUnits = ({ steps }: Story): readonly Unit[] =>
  steps.flatMap((one, step): readonly Unit[] => {
    const parts = partsOf(one);
    if (parts) return parts.map((_, part) => ({ step, part }));
    if (one.do === 'load') return changesSomething(one) ? [{ step, part: null }] : [];
    return isShared(one) || one.do === 'rest' ? [] : [{ step, part: null }];
  });

const changesSomething = ({ advisories, scores, exploited }: Extract<Step, { do: 'load' }>): boolean =>
  [advisories, scores, exploited].some((changes) => Object.keys(changes ?? {}).length > 0);

/** The story with nothing at these places; it has as many steps as before. */
export const withoutUnits = (story: Story, units: readonly Unit[]): Story => ({
  ...story,
  steps: story.steps.map((one, step) =>
    withoutParts(
      one,
      units.filter((unit) => unit.step === step),
    ),
  ),
});

const withoutParts = (one: Step, units: readonly Unit[]): Step => {
  if (units.length === 0) return one;
  const parts = partsOf(one)?.filter((_, part) => !units.some((unit) => unit.part === part));
  if (one.do === 'load') return { do: 'load', feeds: one.feeds };
  if (one.do === 'kill' || one.do === 'pass') return { ...one, steps: [...(parts ?? [])] };
  if (!parts) return REST;
  return parts.length === 0 ? REST : { do: 'together', steps: [...parts] };
};

/** The story without some of its steps, and so shorter. */
export const withoutSteps = (story: Story, dropped: (step: Step, index: number) => boolean): Story => ({
  ...story,
  steps: story.steps.filter((step, index) => !dropped(step, index)),
});
