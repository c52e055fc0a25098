import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openHttpLoad, type HttpLoad, type HttpRequest } from '../../load/http-load.ts';
import { packageEvents, type PackageEvent } from '../../load/package-events.ts';
import { seedInput } from '../../load/seed-inputs.ts';
import { openEventSender, toBatches } from '../../load/send-events.ts';
import { takeTurns, type Turn, type Turns } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';
import { topProfiles, type ThreadProfile } from '../../measure/top-profiles.ts';
import { startOpaServer } from '../../peers/opa-server.ts';
import { activateLibrary, loadFeeds } from '../../system/flow.ts';
import { startPostgres } from '../../system/postgres.ts';
import { startService, type ServiceName } from '../../system/service-process.ts';
import { weirCommand } from '../../system/weir-command.ts';
import type { ScenarioContext } from '../scenario.ts';
import type { EvaluateSettings } from './evaluate.ts';
import { opaTurn } from './opa-turn.ts';
import { SEED_POLICY_FILE } from './seed-policy.ts';

/**
 * `GET /v1/verdict` of a package that was judged, against asking OPA to judge the same kind of facts. What is compared is what a
 * gate or a pipeline waits for: Weir has decided before it is asked, OPA decides when it is asked and is handed the facts.
 */
export const compareHttp = async (
  context: ScenarioContext,
  opa: string,
  settings: EvaluateSettings,
): Promise<HttpComparison> => {
  const { folder, cleanup } = context;
  const api = await startJudged(context, settings);
  const server = await startOpaServer({ opa, policy: SEED_POLICY_FILE, folder, cleanup });
  const [ours, theirs] = [openHttpLoad(api.url, settings.connections), openHttpLoad(server.url, settings.connections)];
  cleanup.add(() => ours.close());
  cleanup.add(() => theirs.close());
  const inputs = Array.from({ length: settings.requests }, (_, number) => seedInput(number));
  const questions = Array.from(
    { length: settings.requests },
    (_, index) => api.questions[index % api.questions.length] as HttpRequest,
  );
  const windows: (readonly [bigint, bigint])[] = [];
  const askOurs = async (): Promise<Turn> => {
    const begun = process.hrtime.bigint();
    const turn = await verdictTurn(ours, api, questions);
    windows.push([begun, process.hrtime.bigint()]);
    return turn;
  };
  const turns = await takeTurns(settings.pairs, askOurs, () => opaTurn(theirs, server.processId, inputs));
  if (!context.profile) return { turns, profile: null };
  ours.close();
  await api.stop();
  return { turns, profile: topProfiles(folder, 'api', windows) };
};

export interface HttpComparison {
  readonly turns: Turns;
  /** Where the api spent its time while it was asked, when that was wanted. */
  readonly profile: readonly ThreadProfile[] | null;
}

interface JudgedApi {
  readonly url: string;
  readonly processId: number;
  readonly postgres: number;
  readonly questions: readonly HttpRequest[];
  stop(): Promise<void>;
}

const verdictTurn = async (
  load: HttpLoad,
  { processId, postgres }: JudgedApi,
  questions: readonly HttpRequest[],
): Promise<Turn> => {
  let right = 0;
  const turn = await timed(questions.length, { processIds: [processId], here: 'client', postgres }, async () => {
    right = await load.run(questions, (body) => body.includes('"allowed":'));
  });
  if (right !== questions.length)
    throw new Error(`The api answered ${questions.length - right} of ${questions.length} questions without a verdict.`);
  return turn;
};

const VISIBLE_WITHIN_MS = 120_000;

/** Judges packages with all services on topics in PostgreSQL, then leaves the api alone with what it knows. */
const startJudged = async (
  { folder, cleanup, profile }: ScenarioContext,
  settings: EvaluateSettings,
): Promise<JudgedApi> => {
  const postgres = await startPostgres(folder);
  cleanup.add(() => postgres.stop());
  await weirCommand('migrate', '--database', postgres.ownerUrl, '--json');
  const start = (name: ServiceName) =>
    startService(name, { databaseUrl: postgres.serviceUrl, folder, cleanup, profile: profile && name === 'api' });
  const [api, ...others] = await Promise.all((['api', 'ingest', 'enrichment', 'evaluation'] as const).map(start));
  const [ingest, enrichment] = others;
  if (api === undefined || ingest === undefined || enrichment === undefined)
    throw new Error('A service did not start.');
  await loadFeeds(enrichment.url);
  await activateLibrary(api.url);
  const events: PackageEvent[] = [];
  const next = packageEvents(settings.seed);
  const sender = openEventSender(ingest.url, 1);
  for (const batch of toBatches(() => events[events.push(next()) - 1] as PackageEvent, settings.packages, 200))
    await sender.send(batch);
  sender.close();
  await waitUntilVisible(postgres.ownerUrl, settings.packages);
  for (const service of others) await service.stop();
  const questions = events.map(
    ({ data }) =>
      ({
        method: 'GET',
        path: `/v1/verdict?purl=${encodeURIComponent(data.purl)}&repository=${encodeURIComponent(data.repository.name)}`,
      }) as const,
  );
  return { url: api.url, processId: api.processId, postgres: postgres.processId, questions, stop: () => api.stop() };
};

const waitUntilVisible = async (url: string, events: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const until = Date.now() + VISIBLE_WITHIN_MS; ;) {
      const { rows } = await client.query<{ seen: number }>(
        `SELECT coalesce(sum(next_position), 0)::float8 AS seen FROM api.follower WHERE shard LIKE 'evaluation/%'`,
      );
      if ((rows[0]?.seen ?? 0) >= events) return;
      if (Date.now() > until)
        throw new Error(`Only ${rows[0]?.seen ?? 0} of ${events} decisions became visible in the api.`);
      await sleep(100);
    }
  } finally {
    await client.end();
  }
};
