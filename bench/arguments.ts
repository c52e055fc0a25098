import { parseArgs } from 'node:util';
import type { Scenario } from './scenarios/scenario.ts';

/** What the command line asked for. */
export interface BenchRequest {
  /** What the result is called: a scenario's name, quick or all. */
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly profile: boolean;
  /** Keep the result in bench/results. */
  readonly record: boolean;
  readonly overrides: Readonly<Record<string, number>>;
}

/** The command was used wrongly; the message says what to do instead. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** Reads the command line; null when help was asked for. Throws WrongUse. */
export const readArguments = (args: readonly string[], scenarios: readonly Scenario[]): BenchRequest | null => {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  const [asked, ...more] = positionals;
  if (more.length > 0) throw new WrongUse(`Name one scenario, not ${positionals.length}.`);
  const all = asked === undefined || asked === 'quick';
  const chosen = all ? scenarios : scenarios.filter(({ name }) => name === asked);
  if (chosen.length === 0)
    throw new WrongUse(
      `There is no scenario ${asked ?? ''}: choose quick or one of ${scenarios.map(({ name }) => name).join(', ')}.`,
    );
  const quick = asked === 'quick' || values.quick;
  return {
    name: asked ?? 'all',
    scenarios: chosen,
    quick,
    json: values.json,
    profile: values.profile,
    record: values.record || (asked === undefined && !quick),
    overrides: overridesOf(values.set, chosen),
  };
};

const parse = (args: readonly string[]) => {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: flag,
        json: flag,
        profile: flag,
        record: flag,
        help: flag,
        set: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (cause) {
    throw new WrongUse(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const overridesOf = (texts: readonly string[], chosen: readonly Scenario[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    texts.map((text) => {
      const [name = '', value = ''] = text.split('=');
      const known = [...new Set(chosen.flatMap(({ config }) => Object.keys(config.full)))];
      if (!known.includes(name)) throw new WrongUse(`There is no setting ${name}: use one of ${known.join(', ')}.`);
      if (value.trim() === '' || !Number.isFinite(Number(value)))
        throw new WrongUse(`${name} is a number: write --set ${name}=1000.`);
      return [name, Number(value)] as const;
    }),
  );

export const helpText = (scenarios: readonly Scenario[]): string =>
  [
    'Use: npm run bench -- [quick | SCENARIO] [--quick] [--json] [--profile] [--record] [--set NAME=VALUE]',
    '',
    'Without a scenario all run, for 20 to 30 minutes, and the result is kept in bench/results.',
    '',
    `  ${'quick'.padEnd(12)} All scenarios with little load, 2 to 3 minutes: the ratios mean something, the speeds less.`,
    ...scenarios.map(({ name, sentence }) => `  ${name.padEnd(12)} ${sentence}`),
    '',
    '  --quick      A scenario with little load.',
    '  --json       One JSON document on stdout and nothing else: {"scenario","figures","valid"}.',
    '  --profile    Where the services spend their time: ingest, enrichment, evaluation (end-to-end), api (evaluate).',
    '  --record     Keep the result in bench/results.',
    '  --set        Another value for a setting: ' +
      [...new Set(scenarios.flatMap(({ config }) => Object.keys(config.full)))].join(', ') +
      '.',
    '',
    'Exit codes: 0 valid, 1 not valid, 2 wrong use, 3 a fault.',
  ].join('\n');
