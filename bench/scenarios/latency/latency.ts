import pg from 'pg';
import { packageEvents } from '../../load/package-events.ts';
import { figureOf, pairRatios, type Figure } from '../../measure/figure.ts';
import { activateLibrary, loadFeeds, startFlow, type Flow } from '../../system/flow.ts';
import { measureRound } from '../end-to-end/measure-round.ts';
import { settingsOf, type Scenario, type ScenarioContext, type ScenarioOutcome } from '../scenario.ts';
import { measureLatency, type Latencies } from './measure-latency.ts';
import { startSweep } from './sweep.ts';

const full = {
  seed: 10,
  /** Rounds at rest, each followed by one during a sweep. */
  pairs: 5,
  seconds: 10,
  eventsPerSecond: 1_000,
  eventsPerRequest: 1,
  connections: 64,
  warmUp: 5_000,
  /** Packages that a sweep judges again; 0 leaves the sweeps out. */
  sweepPackages: 100_000,
};
const config = { full, quick: { ...full, pairs: 2, seconds: 4, warmUp: 2_000, sweepPackages: 4_000 } };
export type LatencySettings = typeof full;

/** G4 and G10: how long an event takes at a fixed rate, at rest and while every package is judged again. */
export const latency: Scenario = {
  name: 'latency',
  sentence:
    'Time from the intended sending of an event to its committed decision at 1,000 events/s in open loop, at rest (G4) and during a sweep (G10).',
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const flow = await startFlow({ folder: context.folder, cleanup: context.cleanup });
    const judge = new pg.Client({ connectionString: flow.postgres.ownerUrl, application_name: 'bench' });
    await judge.connect();
    context.cleanup.add(() => judge.end());
    return measure(context, flow, judge, settings);
  },
};

const measure = async (
  context: ScenarioContext,
  flow: Flow,
  judge: pg.Client,
  settings: LatencySettings,
): Promise<ScenarioOutcome> => {
  await loadFeeds(flow.services.enrichment.url);
  await activateLibrary(flow.services.api.url);
  const next = packageEvents(settings.seed);
  const load = { eventsPerRequest: 200, connections: 4, backlog: 10_000 };
  await measureRound(flow, judge, next, { ...load, events: settings.warmUp });
  if (settings.sweepPackages > settings.warmUp)
    await measureRound(flow, judge, next, { ...load, events: settings.sweepPackages - settings.warmUp });
  await measureLatency({
    flow,
    judge,
    next,
    settings: { ...settings, seconds: Math.ceil(settings.seconds / 2) },
    anyPolicies: true,
  });
  const [atRest, sweeping]: [Latencies[], Latencies[]] = [[], []];
  for (let pair = 0; pair < settings.pairs; pair += 1) {
    atRest.push(await measureLatency({ flow, judge, next, settings, anyPolicies: true }));
    context.say(describe(`at rest ${pair + 1}`, atRest.at(-1) as Latencies));
    if (settings.sweepPackages === 0) continue;
    const sweep = await startSweep(flow.services.api.url, judge, pair % 2 === 0 ? 'deactivate' : 'activate');
    sweeping.push(
      await measureLatency({
        flow,
        judge,
        next,
        settings,
        anyPolicies: true,
        counts: (intended) => intended < (sweep.endedAt() ?? Number.POSITIVE_INFINITY),
      }),
    );
    await sweep.ended;
    context.say(describe(`sweep ${pair + 1}`, sweeping.at(-1) as Latencies));
  }
  return outcome(settings, atRest, sweeping);
};

const describe = (
  what: string,
  { events, p50, p99, p999, max, acceptedP50, acceptedP99, flaw, cpuMillisPerSecond }: Latencies,
): string =>
  `${what}: ${events} events, accepted p50 ${acceptedP50.toFixed(1)} p99 ${acceptedP99.toFixed(1)} ms, decided p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, p99.9 ${p999.toFixed(1)} ms, max ${max.toFixed(1)} ms; ${flaw ?? 'every event has one decision'}\n  CPU ms a second: ${JSON.stringify(cpuMillisPerSecond)}`;

/** A system that falls behind has latencies as long as the round; how much longer they get during a sweep says nothing. */
const KEEPS_UP_WITHIN_MS = 2_000;

const outcome = (
  settings: LatencySettings,
  atRest: readonly Latencies[],
  sweeping: readonly Latencies[],
): ScenarioOutcome => {
  const of = (rounds: readonly Latencies[], value: (round: Latencies) => number): Figure =>
    figureOf(rounds.map(value), 'ms');
  const keptUp = atRest.every(({ max }) => max < KEEPS_UP_WITHIN_MS);
  const pairs = atRest
    .map((rest, pair) => ({ rest, during: sweeping[pair] }))
    .filter(({ during }) => keptUp && (during?.events ?? 0) > 0);
  const measured = pairs.flatMap(({ during }) => during ?? []);
  const held =
    measured.length === 0
      ? {}
      : {
          G10: figureOf(
            pairRatios(
              measured.map(({ p99 }) => p99),
              pairs.map(({ rest }) => rest.p99),
            ),
            'ratio',
          ),
          'p99 during a sweep': of(measured, ({ p99 }) => p99),
        };
  return {
    figures: {
      'G4-p50': of(atRest, ({ p50 }) => p50),
      'G4-p99': of(atRest, ({ p99 }) => p99),
      'p99.9': of(atRest, ({ p999 }) => p999),
      max: of(atRest, ({ max }) => max),
      'accepted p50': of(atRest, ({ acceptedP50 }) => acceptedP50),
      'accepted p99': of(atRest, ({ acceptedP99 }) => acceptedP99),
      ...held,
    },
    flaws: [...atRest, ...sweeping].map(({ flaw }) => flaw).filter((flaw) => flaw !== null),
    skipped:
      measured.length > 0 || settings.sweepPackages === 0
        ? []
        : [
            keptUp
              ? 'G10: no sweep was under way while events were sent'
              : `G10: at rest the system did not keep up with ${settings.eventsPerSecond} events/s, so a sweep has nothing to be held against`,
          ],
    details: { settings, atRest, sweeping },
  };
};
