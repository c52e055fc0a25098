import { setTimeout as sleep } from 'node:timers/promises';
import {
  eventCatalog,
  NEVER_LOADED,
  recordJudgement,
  unjudged,
  type DecisionRecorded,
  type PolicyResult,
} from '@weir/domain';
import { openEventStore, type NewEvent, type ShardWriter } from '@weir/event-store';
import { basisOf, policiesInScope, saidOf, type Conditions } from '@weir/judging';
import { engineDigest, type PolicyAnswer } from '@weir/policy';
import { openHttpLoad } from '../../load/http-load.ts';
import { seedInput, type SeedInput } from '../../load/seed-inputs.ts';
import { takeTurns, type Turn, type Turns } from '../../measure/take-turns.ts';
import { timed } from '../../measure/timed.ts';
import { startDecisionLogReceiver } from '../../peers/decision-log-receiver.ts';
import { startOpaServer } from '../../peers/opa-server.ts';
import { startLogDatabase, type LogDatabase } from '../../system/log-database.ts';
import type { ScenarioContext } from '../scenario.ts';
import type { EvaluateSettings } from './evaluate.ts';
import { opaTurn } from './opa-turn.ts';
import { openSeedJudge, rightAnswers, SEED_POLICY_FILE, type SeedJudge } from './seed-policy.ts';

export interface DurableComparison {
  readonly turns: Turns;
  /** Of the decisions that OPA made, how many its log delivered. */
  readonly logged: string;
}

/** As many shards as evaluation has partitions. */
const SHARDS = 4;
/** OPA delivers its log within two seconds; then the last of it has come. */
const LOG_DELAY_MS = 4_000;

/** Judged and made durable with the facts as evidence, against OPA with its decision log sent to a receiver. Every input is a new one. */
export const compareDurable = async (
  { folder, cleanup }: ScenarioContext,
  opa: string,
  settings: EvaluateSettings,
): Promise<DurableComparison> => {
  const judge = await openSeedJudge(folder, settings.workers);
  cleanup.add(() => judge.close());
  const database = await startLogDatabase(folder, cleanup, SHARDS);
  const store = openEventStore(database.pool, eventCatalog);
  const writers = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => store.openShard(`bench/${shard}`)));
  const receiver = await startDecisionLogReceiver();
  cleanup.add(() => receiver.close());
  const server = await startOpaServer({ opa, policy: SEED_POLICY_FILE, folder, cleanup, decisionLog: receiver.url });
  const load = openHttpLoad(server.url, settings.connections);
  cleanup.add(() => load.close());
  let [next, asked] = [0, 0];
  const fresh = (count: number): readonly SeedInput[] => Array.from({ length: count }, () => seedInput(next++));
  const turns = await takeTurns(
    settings.pairs,
    () => appendTurn(judge, database, writers, fresh(settings.durableDecisions), settings.inputsPerBatch),
    () => {
      asked += settings.requests;
      return opaTurn(load, server.processId, fresh(settings.requests));
    },
  );
  await sleep(LOG_DELAY_MS);
  return { turns, logged: `${receiver.count()} of ${asked}` };
};

const appendTurn = async (
  judge: SeedJudge,
  { owner, postgres }: LogDatabase,
  writers: readonly ShardWriter[],
  inputs: readonly SeedInput[],
  perBatch: number,
): Promise<Turn> => {
  const size = async (): Promise<number> =>
    (await owner.query<{ count: number }>('SELECT count(*)::float8 AS count FROM log.event')).rows[0]?.count ?? 0;
  const before = await size();
  const batches = Array.from({ length: Math.ceil(inputs.length / perBatch) }, (_, batch) =>
    inputs.slice(batch * perBatch, (batch + 1) * perBatch),
  );
  const turn = await timed(inputs.length, { processIds: [], here: 'work', postgres: postgres.processId }, async () => {
    await Promise.all(writers.map((writer) => appendOnAndOn(judge, writer, () => batches.pop())));
  });
  if ((await size()) - before !== inputs.length)
    throw new Error(`The log holds ${(await size()) - before} decisions about ${inputs.length} inputs.`);
  return turn;
};

const appendOnAndOn = async (
  judge: SeedJudge,
  writer: ShardWriter,
  next: () => readonly SeedInput[] | undefined,
): Promise<void> => {
  for (let batch = next(); batch !== undefined; batch = next()) {
    const answers = await judge.judge(batch);
    if (rightAnswers(batch, answers) !== batch.length) throw new Error('Our engine answered a question wrongly.');
    const decidedAt = new Date().toISOString();
    const events = batch.map((input, index) =>
      newEvent(decide(input, answers[index] as PolicyAnswer, decidedAt), input),
    );
    await writer.append({
      events,
      evidence: batch.map(({ digest, bytes }) => ({ digest, kind: 'facts', bytes })),
      sources: { bench: writer.head().size + batch.length },
    });
  }
};

const POLICY = { policyId: 'seed', name: 'Seed', revision: 1 };
const QUARANTINE = { type: 'SetPackageState', state: 'quarantined' } as const;
const READS = { inputPaths: ['v0.vulnerabilities'], clock: false, builtins: [] };
const TERMS = {
  slot: 'seed',
  revisionDigest: 'sha256:seed',
  parameters: {},
  scope: {},
  precedence: 100,
  terminal: false,
  reads: READS,
};
const REPOSITORY = { name: 'REPOSITORY-NAME', format: 'npm', environment: null, team: null, region: null };
const CONDITIONS: Conditions = {
  policySet: {
    digest: `sha256:${'1'.repeat(64)}`,
    set: {
      workspace: 'default',
      module: null,
      policies: [{ ...POLICY, ...TERMS, actions: [QUARANTINE], onError: 'closed' }],
    },
  },
  engineDigest,
  exceptionsDigest: null,
  freshness: NEVER_LOADED,
};

/** As the evaluation service decides: with the digests of what the answers rest on and of what they say. */
const decide = (
  { purl, digest: factsDigest }: SeedInput,
  { match, reasons, output, error }: PolicyAnswer,
  decidedAt: string,
): DecisionRecorded => {
  const observation = {
    id: purl,
    source: '/bench',
    kind: 'published',
    occurredAt: decidedAt,
    receivedAt: decidedAt,
    actor: null,
  } as const;
  const results: readonly PolicyResult[] = [{ ...POLICY, match, reasons, output, error }];
  const scope = policiesInScope(CONDITIONS.policySet, REPOSITORY);
  const outcome = recordJudgement(
    {
      type: 'RecordJudgement',
      packageKey: keyOf(purl),
      workspace: 'default',
      repository: REPOSITORY,
      package: {
        purl,
        type: 'npm',
        namespace: null,
        name: 'lodash',
        version: purl.slice(purl.indexOf('@') + 1),
        digest: null,
      },
      presence: 'present',
      cause: { kind: 'observation', observation },
      decidedAt,
      factsDigest,
      policySetDigest: CONDITIONS.policySet.digest,
      engineDigest,
      freshnessDigest: null,
      basis: basisOf({ presence: 'present', factsDigest }, scope, CONDITIONS, null),
      said: saidOf(results),
      terms: scope.policies,
      results,
    },
    unjudged,
  );
  if (outcome.kind !== 'decided') throw new Error('An observation must lead to a decision.');
  return outcome.event;
};

const keyOf = (purl: string): string => `default/REPOSITORY-NAME/${purl}`;

const newEvent = ({ type, version, data }: DecisionRecorded, { purl }: SeedInput): NewEvent => ({
  type,
  version,
  subject: keyOf(purl),
  data,
  occurredAt: data.decidedAt,
  metadata: { causationId: purl },
});
