import type { Figure } from '../measure/figure.ts';
import type { ScenarioOutcome } from '../scenarios/scenario.ts';
import { GOALS, judge } from './goals.ts';

/** An outcome for people, a figure on each line. */
export const describeOutcome = (name: string, { figures, flaws, skipped }: ScenarioOutcome): string =>
  [
    `\n${name}${flaws.length > 0 ? ': NOT VALID, so nothing here is a speed' : ''}`,
    ...flaws.map((flaw) => `  flaw: ${flaw}`),
    ...skipped.map((reason) => `  SKIPPED ${reason}`),
    ...describeFigures(figures),
  ].join('\n');

export const describeFigures = (figures: Readonly<Record<string, Figure>>): readonly string[] =>
  Object.entries(figures).map(([figure, { median, min, max, unit }]) => {
    const goal = GOALS.find((one) => one.figure === figure);
    const held = goal && `   goal ${goal.bound}, stretch ${goal.stretch}: ${judge(goal, figures[figure])}`;
    return `  ${figure.padEnd(24)} ${String(median).padStart(10)} ${unit}  (min ${min}, max ${max})${held ?? ''}`;
  });
