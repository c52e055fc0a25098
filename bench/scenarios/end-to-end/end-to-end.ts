import pg from 'pg';
import { kafkaToCopy } from '../../limits/kafka-to-copy.ts';
import { packageEvents } from '../../load/package-events.ts';
import type { Turn } from '../../measure/take-turns.ts';
import { figureOf, type Figure } from '../../measure/figure.ts';
import { topProfiles } from '../../measure/top-profiles.ts';
import { activateLibrary, loadFeeds, startFlow, type Flow } from '../../system/flow.ts';
import { SERVICE_NAMES } from '../../system/service-process.ts';
import { topicEnds } from '../../system/topic-ends.ts';
import { settingsOf, type Scenario, type ScenarioContext, type ScenarioOutcome } from '../scenario.ts';
import { describeRound } from './describe-round.ts';
import { idleCpu } from './idle-cpu.ts';
import { measureRound, type Round } from './measure-round.ts';

const full = {
  seed: 4,
  rounds: 5,
  /** Half a minute's worth: at the ends of a round, until every service has work and until the last is done, a core is idle for some of half a second. */
  events: 50_000,
  /** Until V8 and the broker's JVM have compiled what is hot: a third of the broker's CPU in the first minute. */
  warmUp: 60_000,
  eventsPerRequest: 200,
  connections: 4,
  /** Most events accepted and not yet decided. */
  backlog: 10_000,
  idleSeconds: 5,
  /** One for each core: with four, batches are a quarter smaller and an event takes 7 % more CPU. */
  partitions: 2,
};
const config = { full, quick: { ...full, rounds: 2, events: 6_000, warmUp: 2_000, idleSeconds: 2 } };
export type EndToEndSettings = typeof full;

const PROFILED = SERVICE_NAMES;
/** G2's loop stores the decisions that the flow made: the same bytes come to rest in PostgreSQL. The events are much smaller. */
const DECISIONS = 'decisions.recorded.v1';
const EVENTS = 'packages.observed.v1';

/** G1 and G2: from HTTP through Kafka into the decision log, everything on this machine. */
export const endToEnd: Scenario = {
  name: 'end-to-end',
  sentence:
    'Events from HTTP through Kafka to committed decisions, all services as processes, beside a bare Kafka-to-COPY loop (G1, G2).',
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const flow = await startFlow({
      folder: context.folder,
      cleanup: context.cleanup,
      profiled: context.profile ? PROFILED : [],
      partitions: settings.partitions,
    });
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
  settings: EndToEndSettings,
): Promise<ScenarioOutcome> => {
  await loadFeeds(flow.services.enrichment.url);
  const policies = await activateLibrary(flow.services.api.url);
  const idle = await idleCpu(flow, judge, settings.idleSeconds);
  context.say(`${policies} policies active; CPU ms a second while nothing happens: ${JSON.stringify(idle)}`);
  const next = packageEvents(settings.seed);
  const warm = await measureRound(flow, judge, next, { ...settings, events: settings.warmUp });
  if (warm.flaw !== null) context.say(`warm-up: ${warm.flaw}`);
  const rounds: MeasuredRound[] = [];
  for (let turn = 0; turn < settings.rounds; turn += 1) {
    const begin = {
      events: await topicEnds(flow.broker.bootstrap, EVENTS),
      decisions: await topicEnds(flow.broker.bootstrap, DECISIONS),
    };
    const round = await measureRound(flow, judge, next, settings);
    const loop = {
      brokers: flow.broker.bootstrap,
      databaseUrl: flow.postgres.ownerUrl,
      messages: settings.events,
      rowsPerCommit: Math.max(1, Math.round(round.eventsPerAppend)),
      brokerProcess: flow.broker.processId,
      postgresProcess: flow.postgres.processId,
    };
    const [decisionsLoop, eventsLoop] = [
      await kafkaToCopy({ ...loop, topic: DECISIONS, from: begin.decisions }),
      await kafkaToCopy({ ...loop, topic: EVENTS, from: begin.events }),
    ];
    rounds.push({ ...round, decisionsLoop, eventsLoop });
    context.say(describeRound(turn + 1, round, decisionsLoop.perSecond, eventsLoop.perSecond));
  }
  const profiles = context.profile ? await profilesOf(flow, rounds) : {};
  return {
    figures: figuresOf(rounds),
    flaws: rounds.map(({ flaw }) => flaw).filter((flaw) => flaw !== null),
    skipped: [],
    details: { settings, policies, idle, rounds, ...profiles },
  };
};

interface MeasuredRound extends Round {
  readonly decisionsLoop: Turn;
  readonly eventsLoop: Turn;
}

const figuresOf = (rounds: readonly MeasuredRound[]): Readonly<Record<string, Figure>> => {
  const of = (value: (round: MeasuredRound) => number, unit: string): Figure => figureOf(rounds.map(value), unit);
  return {
    G1: of(({ perSecond }) => perSecond, 'events/s'),
    G2: of(({ perSecond, decisionsLoop }) => perSecond / decisionsLoop.perSecond, 'ratio'),
    'G2 by CPU': of(({ cpuPerEvent, decisionsLoop }) => decisionsLoop.cpuMicros / cpuPerEvent, 'ratio'),
    'bare loop over the decisions': of(({ decisionsLoop }) => decisionsLoop.perSecond, 'messages/s'),
    'bare loop over the events': of(({ eventsLoop }) => eventsLoop.perSecond, 'messages/s'),
    'share of the loop over the events': of(({ perSecond, eventsLoop }) => perSecond / eventsLoop.perSecond, 'ratio'),
    'until all followed': of(({ settledPerSecond }) => settledPerSecond, 'events/s'),
    'CPU per event': of(({ cpuPerEvent }) => cpuPerEvent, 'us'),
    'WAL per event': of(({ walPerEvent }) => walPerEvent, 'bytes'),
    'commits per event': of(({ commitsPerEvent }) => commitsPerEvent, 'commits'),
    'events per append': of(({ eventsPerAppend }) => eventsPerAppend, 'events'),
  };
};

const profilesOf = async (flow: Flow, rounds: readonly Round[]): Promise<Readonly<Record<string, unknown>>> => {
  for (const name of PROFILED) await flow.services[name].stop();
  return {
    profiles: Object.fromEntries(
      PROFILED.map((name) => [
        name,
        topProfiles(
          flow.folder,
          name,
          rounds.map(({ window }) => window),
        ),
      ]),
    ),
  };
};
