import { openEventStore, type NewEvent } from '@weir/event-store';
import { copyText } from '../../limits/bare-copy.ts';
import { BENCH_CATALOG, decisionCopyRow, decisionEvent, factsEvidence, inGroups } from '../../load/decision-events.ts';
import { figureOf, type Figure } from '../../measure/figure.ts';
import { ratiosByCpu, ratiosByTime, takeTurns, type Turn, type Turns } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';
import { messageDbFolder, openMessageDb } from '../../peers/message-db.ts';
import { startLogDatabase, type LogDatabase } from '../../system/log-database.ts';
import { settingsOf, type Scenario, type ScenarioContext, type ScenarioOutcome } from '../scenario.ts';

const full = { pairs: 5, clients: 8, events: 20_000, eventsPerAppend: 200, policies: 6, peerEvents: 3_000 };
const config = { full, quick: { ...full, events: 4_000, peerEvents: 600 } };
type Settings = typeof full;

/** G8: how fast the decision log takes events, against Message DB on the same server, and as a share of a bare COPY. */
export const append: Scenario = {
  name: 'append',
  sentence:
    "Appending to the decision log against Message DB's write_message with 8 clients (G8), and as a share of a bare COPY of the same rows.",
  config,
  run: async (context) => {
    const settings = settingsOf(config, context);
    const database = await startLogDatabase(context.folder, context.cleanup, settings.clients);
    const appendTurn = createAppendTurn(database, settings);
    const bare = await takeTurns(
      settings.pairs,
      () => appendTurn(1),
      () => copyTurn(database, settings),
    );
    const withFacts = await appendTurn(1, true);
    const peer = await comparePeer(context, database, settings, () => appendTurn(settings.clients));
    return outcome(settings, bare, withFacts, peer);
  },
};

type AppendTurn = (writers: number, withFacts?: boolean) => Promise<Turn>;

/** Each writer has a shard of its own, as each partition of a service has. */
const createAppendTurn = (
  { pool, postgres }: LogDatabase,
  { events, eventsPerAppend, policies }: Settings,
): AppendTurn => {
  const store = openEventStore(pool, BENCH_CATALOG);
  let [shards, number] = [0, 0];
  return async (writers, withFacts = false) => {
    const groups = [...inGroups(number, events, eventsPerAppend, (at) => (withFacts ? factsEvidence(at) : null))].map(
      (group, index) =>
        group.map((evidence, row) => ({
          evidence,
          event: decisionEvent(number + index * eventsPerAppend + row, policies, evidence ?? undefined),
        })),
    );
    number += events;
    const opened = await Promise.all(Array.from({ length: writers }, () => store.openShard(`bench/${shards++}`)));
    const turn = await timed(events, { processIds: [], here: 'work', postgres: postgres.processId }, async () => {
      await Promise.all(
        opened.map(async (writer) => {
          for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
            await writer.append({
              events: group.map(({ event }) => event),
              evidence: group.flatMap(({ evidence }) => evidence ?? []),
              sources: { bench: writer.head().size },
            });
          }
        }),
      );
    });
    const stored = opened.reduce((sum, writer) => sum + writer.head().size, 0);
    if (stored !== events) throw new Error(`${stored} of ${events} events were stored.`);
    return turn;
  };
};

const copyTurn = async (
  { owner, postgres }: LogDatabase,
  { events, eventsPerAppend, policies }: Settings,
): Promise<Turn> => {
  await owner.query('DROP TABLE IF EXISTS bench_rows; CREATE TABLE bench_rows AS SELECT * FROM log.event WITH NO DATA');
  const texts = inGroups(0, events, eventsPerAppend, (at) => decisionCopyRow(decisionEvent(at, policies), at)).map(
    (rows) => rows.join(''),
  );
  return timed(events, { processIds: [], here: 'work', postgres: postgres.processId }, async () => {
    for (const text of texts) await copyText(owner, 'bench_rows', text);
  });
};

const comparePeer = async (
  { cleanup }: ScenarioContext,
  database: LogDatabase,
  settings: Settings,
  ours: () => Promise<Turn>,
): Promise<Turns | null> => {
  const folder = messageDbFolder();
  if (folder === null) return null;
  const peer = await openMessageDb(folder, database.postgres.ownerUrl, settings.clients);
  cleanup.add(() => peer.close());
  const messages = Array.from({ length: settings.peerEvents }, (_, at) =>
    asMessage(decisionEvent(at, settings.policies)),
  );
  let written = 0;
  return takeTurns(settings.pairs, ours, async () => {
    const turn = await timed(
      messages.length,
      { processIds: [], here: 'work', postgres: database.postgres.processId },
      () => peer.write(messages),
    );
    written += messages.length;
    if ((await peer.count()) !== written)
      throw new Error(`Message DB holds ${await peer.count()} of ${written} messages.`);
    return turn;
  });
};

const asMessage = ({ data, metadata }: NewEvent) => ({
  data: JSON.stringify(data),
  metadata: JSON.stringify(metadata),
});

const NO_PEER =
  'Message DB: set MESSAGE_DB to the folder `database` of its sources, whose SQL is not part of this repository; without it G8 has nothing to be held against';

const outcome = (settings: Settings, bare: Turns, withFacts: Turn, peer: Turns | null): ScenarioOutcome => {
  const of = (side: readonly Turn[], value: (turn: Turn) => number, unit: string): Figure =>
    figureOf(side.map(value), unit);
  const speed = ({ perSecond }: Turn): number => perSecond;
  const cpu = ({ cpuMicros }: Turn): number => cpuMicros;
  const held = peer && {
    G8: figureOf(ratiosByTime(peer), 'ratio'),
    'append against Message DB, ratio by CPU': figureOf(ratiosByCpu(peer), 'ratio'),
    [`append, ${settings.clients} writers`]: of(peer.ours, speed, 'events/s'),
    [`Message DB, ${settings.clients} clients`]: of(peer.theirs, speed, 'events/s'),
  };
  return {
    figures: {
      ...held,
      'append, 1 writer': of(bare.ours, speed, 'events/s'),
      'append CPU': of(bare.ours, cpu, 'us'),
      'bare COPY of the same rows': of(bare.theirs, speed, 'rows/s'),
      'append, share of bare COPY': figureOf(ratiosByTime(bare), 'ratio'),
      'append with new facts, 1 writer': figureOf([withFacts.perSecond], 'events/s'),
    },
    flaws: [],
    skipped: peer === null ? [NO_PEER] : [],
    details: { settings, bare, withFacts, peer },
  };
};
