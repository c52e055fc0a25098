import {
  evolveJudgement,
  recordJudgement,
  unjudged,
  type DesiredState,
  type Judgement,
  type JudgementEvent,
} from '@weir/domain';
import { verifyLog } from '@weir/event-store';
import {
  askPolicies,
  basisUnder,
  conditionsDigest,
  freshnessRead,
  openReplay,
  type LoggedEvent,
  policiesInScope,
  saidOf,
  type PoliciesInScope,
} from '@weir/judging';
import { startPolicyEngine, type PolicyEngine } from '@weir/policy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';
import { beginStory, hiding, type Spoilt, type Story } from '../../../../tools/testing/judging-story.js';
import { changesOf } from '../../../../tools/testing/change-judgement.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { followConditions, type CurrentConditions } from '../conditions/current-conditions.js';
import { readFacts } from './read-evidence.js';
import { readJudgements, type JudgementRow } from './judgement-rows.js';

/** How many stories, of how many steps. A seed of the environment repeats a run. */
const STORIES = Number(process.env['STORIES'] ?? 100);
const STEPS = 12;
const MOST_CHANGES = 100;
const SEED = givenSeed();

const shardOf = (seed: number): string => `evaluation/${seed - SEED}`;

let bench: JudgingBench;
let followed: CurrentConditions;
const stop = new AbortController();
beforeAll(async () => {
  bench = await openJudgingBench();
  followed = followConditions({ ...bench, onFault: (fault) => console.error(fault) });
  await followed.start(stop.signal);
});
afterAll(async () => {
  stop.abort();
  await bench.close();
});

/** The conditions of the bench, as another engine would have them. */
const under = (engineDigest: () => string): CurrentConditions => ({
  ...followed,
  of: async (workspace) => {
    const conditions = { ...(await followed.of(workspace)), engineDigest: engineDigest() };
    return { ...conditions, digest: conditionsDigest(conditions) };
  },
});

const open = async (seed: number) => {
  let engineDigest = 'sha256:engine-1';
  let story: Story | null = null;
  const spoilt: Spoilt = { failing: new Map(), hidden: new Set() };
  const conditions = under(() => engineDigest);
  const shard = await openJudgingShard(bench, {
    shard: shardOf(seed),
    clock: () => story?.now() ?? '',
    fails: (slot) => spoilt.failing.get(slot) ?? null,
    conditions,
    store: hiding(bench.store, spoilt),
  });
  story = beginStory(
    { bench, shard, spoilt, onEngine: (digest) => (engineDigest = digest) },
    chanceOf(seed),
    `w-${seed}`,
  );
  return { shard, story, conditions };
};

const rowsOf = async ({ queue }: JudgingShard): Promise<readonly JudgementRow[]> => {
  const { rows } = await bench.pool.query<{ key: string }>(
    'SELECT package_key AS key FROM evaluation.judgement WHERE shard = $1',
    [queue.shard],
  );
  return [
    ...(
      await readJudgements(
        bench.pool,
        rows.map(({ key }) => key),
      )
    ).values(),
  ];
};

/** Judges every package now, on what is known of it, and tells whose judgement is another. */
const differing = async (
  shard: JudgingShard,
  story: Story,
  conditions: CurrentConditions,
): Promise<readonly string[]> => {
  const rows = await rowsOf(shard);
  const facts = await readFacts(
    bench.store,
    rows.flatMap(({ factsDigest }) => factsDigest ?? []),
  );
  const current = await conditions.of(story.workspace);
  const found = await Promise.all(
    rows.map(async (row) => {
      const { judgement, repository, presence, factsDigest, key, workspace } = row;
      if (judgement.kind === 'unjudged') return [`${key} was never judged`];
      const scope = policiesInScope(current.policySet, repository);
      const question = {
        policySet: current.policySet,
        repository,
        freshness: freshnessRead(scope, current.freshness, row.package.type),
        now: story.now(),
      };
      const document = facts.get(factsDigest ?? '');
      const [answers] =
        presence === 'deleted' || !document ? [] : await askPolicies(bench.engine, [{ ...question, facts: document }]);
      const results = answers?.results ?? [];
      if (results.some(({ policyId, error }) => error === null && (judgement.memory[policyId]?.failures ?? 0) > 0))
        return [];
      const basis = basisUnder(row, scope, current);
      const outcome = recordJudgement(
        {
          type: 'RecordJudgement',
          packageKey: key,
          workspace,
          repository,
          package: row.package,
          presence,
          factsDigest,
          decidedAt: story.now(),
          cause: { kind: 'time', dueAt: story.now() },
          policySetDigest: current.policySet.digest,
          engineDigest: current.engineDigest,
          freshnessDigest: null,
          basis,
          said: saidOf(results),
          terms: scope.policies,
          results,
        },
        judgement,
      );
      const isSameBasis = presence === 'deleted' || judgement.basis === basis;
      if (outcome.kind === 'confirmed' && isSameBasis) return [];
      const full = outcome.kind === 'decided' ? outcome.event.data : judgement;
      return [`${key}: ${wishes(judgement.desired)} but ${wishes(full.desired)}, ${row.decidedAt} to ${row.deadline}`];
    }),
  );
  return found.flat();
};

const wishes = ({ because }: DesiredState): string =>
  because.map(({ policyId, asks }) => `${policyId} ${asks}`).join(' and ');

/** Packages of which the log tells another judgement than their row, but for how often a policy failed again. */
const unlikeTheLog = async (shard: JudgingShard): Promise<readonly string[]> => {
  const stored = await bench.store.read(shard.queue.shard, { position: 0, limit: 100_000 });
  const events = stored.map(({ type, version, data, subject }) => ({
    subject,
    event: { type, version, data } as JudgementEvent,
  }));
  return (await rowsOf(shard)).flatMap(({ key, judgement }) => {
    const own = events.filter(({ subject, event }) => event.type === 'JudgementsConfirmed' || subject === key);
    const folded = own.reduce<Judgement>((known, { event }) => evolveJudgement(known, event, key), unjudged);
    const [log, row] = [folded, judgement].map(withoutCounts);
    return log === row ? [] : [`${log} but ${row}`];
  });
};

const withoutCounts = (judgement: Judgement): string => {
  if (judgement.kind === 'unjudged') return 'unjudged';
  const { factsDigest, basis, said, desired, memory } = judgement;
  const matches = Object.entries(memory).map(([policyId, { match, failures }]) => [policyId, match, failures > 0]);
  return JSON.stringify([factsDigest, basis, said, desired, matches.sort()]);
};

const tell = async (seed: number): Promise<number> => {
  const { shard, story, conditions } = await open(seed);
  const chance = chanceOf(~seed);
  const told: string[] = [];
  await story.begin();
  for (let step = 0; step < STEPS; step += 1) {
    told.push(await story.step());
    if (chance.happens(0.3) && step < STEPS - 1) continue;
    await shard.settle(story.workspace);
    expect(await differing(shard, story, conditions), `SEED=${seed}: ${told.join(', ')}`).toEqual([]);
  }
  story.mend();
  await shard.settle(story.workspace);
  expect(await differing(shard, story, conditions), `SEED=${seed}, after it was mended: ${told.join(', ')}`).toEqual(
    [],
  );
  const { policySet } = await conditions.of(story.workspace);
  const unhealed = (await rowsOf(shard)).filter((row) => isFailing(row, policiesInScope(policySet, row.repository)));
  expect(
    unhealed.map(({ key }) => key),
    `SEED=${seed}: asked again, and still failing`,
  ).toEqual([]);
  expect(await unlikeTheLog(shard), `SEED=${seed}: ${told.join(', ')}`).toEqual([]);
  shard.close();
  return (await rowsOf(shard)).length;
};

/** Who contradicts itself fails whenever it is asked. */
const isFailing = ({ judgement, presence }: JudgementRow, { policies }: PoliciesInScope): boolean =>
  judgement.kind === 'judged' &&
  presence === 'present' &&
  policies.some(({ policyId }) => policyId !== 'conflict' && (judgement.memory[policyId]?.failures ?? 0) > 0);

test(
  `after every step of ${STORIES} stories (SEED=${SEED}) judging everything changes nothing, and what failed heals`,
  { timeout: 600_000 },
  async () => {
    let packages = 0;
    for (let seed = SEED; seed < SEED + STORIES; seed += 1) packages += await tell(seed);
    expect(packages).toBeGreaterThan(STORIES * 3);
  },
);

/** What comes out otherwise when these events are judged again, and how many judgements they are. */
const replayed = async (engine: PolicyEngine, events: readonly LoggedEvent[]) => {
  const evidence = (digest: string) => bench.store.evidence(digest);
  // The digests of these stories name one engine.
  const again = await openReplay({ evidence, engine, isSameEngine: () => true }).take(events);
  return { judgements: again.length, differing: again.filter(({ outcome }) => outcome === 'differs') };
};

const eventsOf = (seed: number) => bench.store.read(shardOf(seed), { position: 0, limit: 100_000 });

const withEngine = async (work: (engine: PolicyEngine) => Promise<void>): Promise<void> => {
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 5_000, memoryMegabytes: 64 });
  await work(engine).finally(() => engine.close());
};

test('every judgement of these stories is replayed from log and evidence alone', { timeout: 600_000 }, async () => {
  let judgements = 0;
  await withEngine(async (engine) => {
    for (let seed = SEED; seed < SEED + STORIES; seed += 1) {
      const found = await replayed(engine, await eventsOf(seed));
      expect(found.differing, `SEED=${seed}`).toEqual([]);
      judgements += found.judgements;
    }
  });
  expect(judgements).toBeGreaterThan(STORIES * 10);
});

test('whatever is changed in what follows from a judgement, the replay finds it', { timeout: 600_000 }, async () => {
  await withEngine(async (engine) => {
    const stored = await eventsOf(SEED);
    const changes = stored.flatMap(({ type, data }, at) => changesOf(type, data).map((change) => ({ at, ...change })));
    expect(changes.length).toBeGreaterThan(20);
    for (const { at, path, changed } of chanceOf(SEED).someOf(changes, MOST_CHANGES)) {
      const events = stored.map((event, i) => (i === at ? { ...event, data: changed } : event));
      const { differing } = await replayed(engine, events);
      expect(differing, `SEED=${SEED}: ${path} of event ${at}`).not.toEqual([]);
    }
  });
});

test('the log of these stories is whole, with all the evidence that it names', async () => {
  expect(await verifyLog(bench.pool)).toMatchObject({ valid: true, firstBad: null });
});
