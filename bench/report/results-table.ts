import type { Figure } from '../measure/figure.ts';
import type { ScenarioOutcome } from '../scenarios/scenario.ts';
import type { Environment } from './environment.ts';
import { GOALS, judge } from './goals.ts';
import { resultDocument } from './result-document.ts';

/** A file of bench/results. */
export interface RecordedRun {
  /** What was run: all, quick or one scenario. */
  readonly what: string;
  readonly environment: Environment;
  readonly loadAfter: readonly number[];
  readonly limits: Readonly<Record<string, Figure>>;
  readonly outcomes: Readonly<Record<string, ScenarioOutcome>>;
}

/** bench/results/README.md: every recorded run, the newest first. */
export const resultsTable = (runs: readonly RecordedRun[]): string =>
  [
    '# Results of the benchmark',
    '',
    'Made by `npm run bench` from the JSON files beside it; [how to read it](../../docs/how-to/measure-it.md). A goal passes on the worst measurement.',
    '',
    ...runs.toSorted((a, b) => b.environment.startedAt.localeCompare(a.environment.startedAt)).flatMap(section),
  ].join('\n');

const section = ({ what, environment, loadAfter, limits, outcomes }: RecordedRun): readonly string[] => {
  const { commit, dirty, startedAt, cpu, cores, load, versions, postgresSettings, configDigest } = environment;
  const { figures } = resultDocument('all', Object.values(outcomes));
  const flaws = Object.entries(outcomes).flatMap(([name, outcome]) =>
    outcome.flaws.map((flaw) => `- ${name} is **not valid**: ${flaw}`),
  );
  const skipped = Object.entries(outcomes).flatMap(([name, outcome]) =>
    outcome.skipped.map((reason) => `- ${name}: SKIPPED ${reason}`),
  );
  return [
    `## ${startedAt.slice(0, 10)}, commit ${commit}${dirty ? ' (dirty)' : ''}${what === 'all' ? '' : `, ${what} only`}`,
    '',
    `${cores} x ${cpu}. Load ${load.join(' ')} before, ${loadAfter.map((one) => one.toFixed(2)).join(' ')} after. ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}. PostgreSQL with ${Object.entries(postgresSettings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}. Configuration ${configDigest}.`,
    '',
    '| goal | what | goal / stretch | median | min | max | |',
    '|---|---|---|---|---|---|---|',
    ...GOALS.filter(({ figure }) => isWhole(what) || figures[figure] !== undefined).map(
      (goal) =>
        `| ${goal.goal} | ${goal.what} | ${goal.bound} / ${goal.stretch} | ${cells(figures[goal.figure])} | ${judge(goal, figures[goal.figure])} |`,
    ),
    '',
    '| other figures | median | min | max | unit |',
    '|---|---|---|---|---|',
    ...Object.entries({ ...limits, ...figures })
      .filter(([name]) => !GOALS.some(({ figure }) => figure === name))
      .map(([name, figure]) => `| ${name} | ${cells(figure)} | ${figure.unit} |`),
    '',
    ...(flaws.length + skipped.length > 0 ? [...flaws, ...skipped, ''] : []),
  ];
};

/** A run of all scenarios owes a line to each goal, one of a single scenario only to its own. */
const isWhole = (what: string): boolean => what === 'all' || what === 'quick';

const cells = (figure: Figure | undefined): string =>
  figure === undefined ? '– | – | –' : `${figure.median} | ${figure.min} | ${figure.max}`;
