import type { Figure } from '../measure/figure.ts';
import type { ScenarioOutcome } from '../scenarios/scenario.ts';

/** What `--json` prints: one document for whatever was asked. */
export interface ResultDocument {
  readonly scenario: string;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly valid: boolean;
}

/** Speeds of a run with a flaw are left out: a run that is wrong has no speed. */
export const resultDocument = (scenario: string, outcomes: readonly ScenarioOutcome[]): ResultDocument => {
  const valid = outcomes.every(({ flaws }) => flaws.length === 0);
  return { scenario, figures: Object.assign({}, ...outcomes.map(countingFigures)) as ResultDocument['figures'], valid };
};

/** The figures of an outcome that count. */
export const countingFigures = ({ figures, flaws }: ScenarioOutcome): ScenarioOutcome['figures'] =>
  flaws.length === 0 ? figures : {};
