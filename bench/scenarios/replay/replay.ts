import { openEventStore, verifyLog } from '@weir/event-store';
import { BENCH_CATALOG, decisionEvent, factsEvidence, inGroups } from '../../load/decision-events.ts';
import { figureOf } from '../../measure/figure.ts';
import { timed } from '../../measure/timed.ts';
import type { Turn } from '../../measure/take-turns.ts';
import { startLogDatabase, type LogDatabase } from '../../system/log-database.ts';
import { alone } from '../alone.ts';
import { settingsOf, type Scenario, type ScenarioContext } from '../scenario.ts';

const full = { rounds: 5, events: 50_000, policies: 6, shards: 4 };
const config = { full, quick: { ...full, events: 10_000 } };
type Settings = typeof full;

const EVENTS_PER_APPEND = 500;

/** G7: reading the log back from its first event, every hash and the Merkle frontier computed again. */
export const replay: Scenario = {
  name: 'replay',
  sentence: 'Reading the decision log back with every hash checked, without and with the evidence it names (G7).',
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const [bare, withFacts] = [
      await measureReplay(context, settings, false),
      await measureReplay(context, settings, true),
    ];
    const perCore = (turns: readonly Turn[]) =>
      figureOf(
        turns.map(({ cpuMicros }) => 1e6 / cpuMicros),
        'events/s',
      );
    return {
      figures: {
        G7: perCore(bare),
        'replay by time': figureOf(
          bare.map(({ perSecond }) => perSecond),
          'events/s',
        ),
        'replay CPU': figureOf(
          bare.map(({ cpuMicros }) => cpuMicros),
          'us',
        ),
        'replay CPU with new facts of 2.8 KB': figureOf(
          withFacts.map(({ cpuMicros }) => cpuMicros),
          'us',
        ),
      },
      flaws: [],
      skipped: [],
      details: { settings, bare, withFacts },
    };
  },
};

const measureReplay = (context: ScenarioContext, settings: Settings, withFacts: boolean): Promise<readonly Turn[]> =>
  alone(context, async ({ folder, cleanup }) => {
    const database = await startLogDatabase(folder, cleanup, settings.shards);
    await fill(database, settings, withFacts);
    return verifyTurns(database, settings.events, settings.rounds);
  });

const fill = async (
  { pool }: LogDatabase,
  { events, policies, shards }: Settings,
  withFacts: boolean,
): Promise<void> => {
  const store = openEventStore(pool, BENCH_CATALOG);
  const each = Math.ceil(events / shards);
  await Promise.all(
    Array.from({ length: shards }, async (_, shard) => {
      const writer = await store.openShard(`bench/${shard}`);
      for (const numbers of inGroups(
        shard * each,
        Math.min(each, events - shard * each),
        EVENTS_PER_APPEND,
        (number) => number,
      )) {
        const evidence = withFacts ? numbers.map(factsEvidence) : [];
        await writer.append({
          events: numbers.map((number, index) => decisionEvent(number, policies, evidence[index])),
          evidence,
        });
      }
    }),
  );
};

/** The CPU of this process and of PostgreSQL: what a core that does nothing else could read in a second follows from it. */
const verifyTurns = async (
  { pool, postgres }: LogDatabase,
  events: number,
  rounds: number,
): Promise<readonly Turn[]> => {
  const turns: Turn[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const turn = await timed(events, { processIds: [], here: 'work', postgres: postgres.processId }, async () => {
      const found = await verifyLog(pool);
      if (!found.valid || found.events !== events)
        throw new Error(`The log of ${events} events is not whole: ${JSON.stringify(found)}`);
    });
    if (round > 0) turns.push(turn);
  }
  return turns;
};
