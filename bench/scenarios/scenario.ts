import type { Figure } from '../measure/figure.ts';
import type { Cleanup } from '../system/cleanup.ts';

/** What a run of a scenario may use. */
export interface ScenarioContext {
  /** Runs everything; quick runs little, whose ratios mean something and whose speeds mean less. */
  readonly quick: boolean;
  readonly profile: boolean;
  readonly folder: string;
  readonly cleanup: Cleanup;
  /** Numbers that the command line gave for settings of the configuration, by name. */
  readonly overrides: Readonly<Record<string, number>>;
  /** A line for people. */
  readonly say: (line: string) => void;
}

/** What a scenario found out. */
export interface ScenarioOutcome {
  /** Those of performance goals begin with the goal's name, such as G1 or G3-http. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** Why nothing of this counts; empty when it does. */
  readonly flaws: readonly string[];
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
  /** Everything else worth keeping: costs, batch sizes, memory, settings. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type Configuration = Readonly<Record<string, number>>;

export interface Scenario {
  readonly name: string;
  /** One sentence for --help. */
  readonly sentence: string;
  readonly config: { readonly full: Configuration; readonly quick: Configuration };
  readonly run: (context: ScenarioContext) => Promise<ScenarioOutcome>;
}

/** The settings of a run: the scenario's own, with what the command line gave. */
export const settingsOf = <Config extends Configuration>(
  config: { readonly full: Config; readonly quick: Config },
  { quick, overrides }: Pick<ScenarioContext, 'quick' | 'overrides'>,
): Config => {
  const own = quick ? config.quick : config.full;
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, overrides[name] ?? value])) as Config;
};
