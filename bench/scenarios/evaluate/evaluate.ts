import { figureOf, type Figure } from '../../measure/figure.ts';
import { lesserRatios, ratiosByCpu, ratiosByTime, type Turn, type Turns } from '../../measure/take-turns.ts';
import { findOpaBinary } from '../../peers/opa-server.ts';
import { alone } from '../alone.ts';
import { settingsOf, type Scenario, type ScenarioContext, type ScenarioOutcome } from '../scenario.ts';
import { compareDurable } from './durable-append.ts';
import { compareHttp } from './http-check.ts';
import { compareInProcess } from './in-process.ts';

const full = {
  seed: 3,
  pairs: 5,
  /** Threads that judge: as many as the evaluation service has unless told. */
  workers: 1,
  inputsPerBatch: 250,
  decisions: 40_000,
  durableDecisions: 10_000,
  requests: 5_000,
  connections: 8,
  packages: 2_000,
};
const config = { full, quick: { ...full, decisions: 8_000, durableDecisions: 2_000, requests: 800, packages: 500 } };
export type EvaluateSettings = typeof full;

/** G3: the seed's policy on five vulnerabilities, against an OPA server with the same policy and the same input. */
export const evaluate: Scenario = {
  name: 'evaluate',
  sentence:
    'Decisions in process, with the durable append, and over HTTP, each against an OPA server with the same policy and facts (G3).',
  config,
  run: async (context) => {
    const opa = findOpaBinary();
    if (opa === null)
      return {
        figures: {},
        flaws: [],
        skipped: [
          'OPA is neither on the PATH nor in the bin folder of Go: build it with go install github.com/open-policy-agent/opa@v1.22.2',
        ],
        details: {},
      };
    return compareAll(context, opa, settingsOf(config, context));
  },
};

const compareAll = async (
  context: ScenarioContext,
  opa: string,
  settings: EvaluateSettings,
): Promise<ScenarioOutcome> => {
  const inProcess = await alone(context, (own) => compareInProcess(own, opa, settings));
  const durable = await alone(context, (own) => compareDurable(own, opa, settings));
  const http = await alone(context, (own) => compareHttp(own, opa, settings));
  return {
    figures: {
      ...figures('G3-evaluate', 'decision', inProcess),
      ...figures('G3-append', 'durable decision', durable.turns),
      ...figures('G3-http', 'verdict', http.turns),
    },
    flaws: [],
    skipped: [],
    details: {
      settings,
      inProcess,
      durable,
      http: http.turns,
      ...(http.profile && { profiles: { api: http.profile } }),
    },
  };
};

const figures = (goal: string, what: string, turns: Turns): Readonly<Record<string, Figure>> => {
  const of = (side: readonly Turn[], value: (turn: Turn) => number, unit: string): Figure =>
    figureOf(side.map(value), unit);
  return {
    [goal]: figureOf(lesserRatios(turns), 'ratio'),
    [`${what}, ratio by time`]: figureOf(ratiosByTime(turns), 'ratio'),
    [`${what}, ratio by CPU`]: figureOf(ratiosByCpu(turns), 'ratio'),
    [`${what}, Weir`]: of(turns.ours, ({ perSecond }) => perSecond, '/s'),
    [`${what}, OPA`]: of(turns.theirs, ({ perSecond }) => perSecond, '/s'),
    [`${what}, Weir CPU`]: of(turns.ours, ({ cpuMicros }) => cpuMicros, 'us'),
    [`${what}, OPA CPU`]: of(turns.theirs, ({ cpuMicros }) => cpuMicros, 'us'),
    [`${what}, OPA client CPU`]: of(turns.theirs, ({ clientCpuMicros = 0 }) => clientCpuMicros, 'us'),
  };
};
