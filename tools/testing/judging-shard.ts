import type { Cause } from '@weir/contracts';
import type { DecisionRecorded, JudgementEvent } from '@weir/domain';
import { openShardQueue, type EventStore, type ShardQueue } from '@weir/event-store';
import type { PartitionHandler } from '@weir/messaging';
import type { PolicyAnswer, PolicyEngine, PolicyErrorCode } from '@weir/policy';
import { createLogger } from '@weir/service';
import { reachDeadlines } from '../../apps/evaluation/src/await-deadlines/reach-deadlines.js';
import { followConditions, type CurrentConditions } from '../../apps/evaluation/src/conditions/current-conditions.js';
import { factsHandler } from '../../apps/evaluation/src/consume-facts/facts-handler.js';
import type { JudgePorts } from '../../apps/evaluation/src/judge-packages/judge-packages.js';
import { readJudgements, type JudgementRow } from '../../apps/evaluation/src/judge-packages/judgement-rows.js';
import { sweepShard } from '../../apps/evaluation/src/sweep-packages/sweep-shard.js';
import type { JudgingBench } from './judging.js';

const logger = createLogger('test');

/** One shard of evaluation at work, its clock under the test's control. */
export interface JudgingShard {
  readonly ports: JudgePorts;
  readonly queue: ShardQueue;
  readonly handler: PartitionHandler;
  readonly conditions: CurrentConditions;
  /** Resolves when all that was stored of policies and feeds is in force. */
  caughtUp(): Promise<void>;
  /** Sweeps and reaches deadlines until nothing is due; how many packages were looked at. */
  settle(...workspaces: readonly string[]): Promise<number>;
  events(): Promise<readonly JudgementEvent[]>;
  decisions(): Promise<readonly DecisionRecorded['data'][]>;
  states(): Promise<readonly string[]>;
  /** The judgement of package `name` of repository npm-dev. */
  row(name: string, workspace?: string): Promise<JudgementRow | undefined>;
  rowOf(
    of: { readonly name: string; readonly repository: string },
    workspace: string,
  ): Promise<JudgementRow | undefined>;
  /** How often the engine was asked about a package since the last call. */
  asked(): number;
  close(): void;
}

export interface ShardOptions {
  readonly shard: string;
  readonly clock: () => string;
  /** Names the engine that judges. */
  readonly engineDigest?: string;
  /** Followed already; followed anew unless given. */
  readonly conditions?: CurrentConditions;
  /** Where evidence is read and events are appended; the bench's unless given. */
  readonly store?: EventStore;
  /** Whether a policy fails, by its slot and the instant it is asked at; none does unless told. */
  readonly fails?: Fails;
}

export type Fails = (slot: string, now: string) => PolicyErrorCode | null;

const MOST_ROUNDS = 200;

export const openJudgingShard = async (bench: JudgingBench, options: ShardOptions): Promise<JudgingShard> => {
  const { shard, clock, engineDigest, fails = () => null, store = bench.store } = options;
  const stop = new AbortController();
  let asked = 0;
  const engine = failing(bench.engine, fails, (inputs) => (asked += inputs));
  let fault: unknown = null;
  const onFault = (cause: unknown): void => void (fault = cause);
  const conditions =
    options.conditions ??
    followConditions({
      store: bench.store,
      engine,
      logger,
      onFault,
      ...(engineDigest !== undefined && { engineDigest }),
    });
  if (!options.conditions) await conditions.start(stop.signal);
  const ports: JudgePorts = { pool: bench.pool, store, engine, conditions, clock: () => new Date(clock()) };
  const queue = await openShardQueue(bench.store, shard, logger);
  const events = async () =>
    (await bench.store.read(shard, { position: 0, limit: 100_000 })).map(
      ({ type, version, data }) => ({ type, version, data }) as JudgementEvent,
    );
  const decisions = async () =>
    (await events()).flatMap((event) => (event.type === 'DecisionRecorded' ? [event.data] : []));
  return {
    ports,
    queue,
    handler: factsHandler(ports, queue, async () => undefined),
    conditions,
    caughtUp: () => caughtUp(bench, conditions, () => fault),
    settle: (...workspaces) => settle(ports, queue, workspaces.length > 0 ? workspaces : ['default']),
    events,
    decisions,
    states: async () => (await decisions()).map(({ desired }) => desired.state),
    row: (name, workspace = 'default') => rowOf(bench, { name, repository: 'npm-dev' }, workspace),
    rowOf: (of, workspace) => rowOf(bench, of, workspace),
    asked: () => {
      const since = asked;
      asked = 0;
      return since;
    },
    close: () => stop.abort(),
  };
};

const rowOf = async (
  { pool }: JudgingBench,
  { name, repository }: { readonly name: string; readonly repository: string },
  workspace: string,
) => {
  const rows = await readJudgements(pool, [`${workspace}/${repository}/pkg:npm/${name}@1.0.0`]);
  return [...rows.values()][0];
};

const caughtUp = async (
  { store }: JudgingBench,
  conditions: CurrentConditions,
  fault: () => unknown,
): Promise<void> => {
  const heads = new Map((await store.shards()).map(({ shard, size }) => [shard, size]));
  const isThere = (): boolean => {
    const { policies, feeds } = conditions.readSoFar();
    return policies >= (heads.get('policy/0') ?? 0) && feeds >= (heads.get('feeds/0') ?? 0);
  };
  if (isThere()) return;
  const changed = Promise.withResolvers<undefined>();
  const forget = conditions.onChange(() => isThere() && changed.resolve(undefined));
  if (isThere()) changed.resolve(undefined);
  await changed.promise.finally(forget);
  if (fault() !== null) throw new Error('Conditions can no longer be followed', { cause: fault() });
};

const settle = async (ports: JudgePorts, queue: ShardQueue, workspaces: readonly string[]): Promise<number> => {
  let looked = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let now = 0;
    now += await sweepShard(ports, queue, workspaces, () => false);
    now += await reachDeadlines(ports, queue);
    if (now === 0) return looked;
    looked += now;
  }
  throw new Error(`Packages are still due after ${MOST_ROUNDS} rounds.`);
};

/** The engine, but policies fail as told. */
const failing = (engine: PolicyEngine, fails: Fails, onAsked: (inputs: number) => void): PolicyEngine => ({
  ...engine,
  evaluate: async (request) => {
    onAsked(request.inputs.filter(({ asks }) => asks.length > 0).length);
    const answers = await engine.evaluate(request);
    return answers.map((list, index) =>
      list.map((answer) => failed(answer, fails(answer.policyId, request.inputs[index]?.now ?? ''))),
    );
  },
});

const failed = (answer: PolicyAnswer, code: PolicyErrorCode | null): PolicyAnswer =>
  code === null
    ? answer
    : {
        ...answer,
        match: null,
        reasons: [],
        output: '{}',
        error: { code, message: `as the test wants: ${code}` },
        timing: 'moving',
      };

/** A cause as the lane of feeds has it. */
export const feedCause = (feed: 'osv' | 'epss' | 'kev' = 'epss', revision = '1'): Cause => ({
  kind: 'feed',
  feed,
  revision,
  changed: [],
  because: [],
});
