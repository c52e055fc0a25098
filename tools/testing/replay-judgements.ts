import {
  evolveJudgement,
  recordJudgement,
  unjudged,
  type DecisionRecorded,
  type Judgement,
  type JudgementEvent,
  type JudgementsConfirmed,
  type Memory,
  type PolicyResult,
} from '@weir/domain';
import type { EventStore } from '@weir/event-store';
import { askPolicies, loadPolicySet, policiesInScope, readPolicySet, saidOf, type NamedPolicySet } from '@weir/judging';
import type { PolicyEngine } from '@weir/policy';

type Data = DecisionRecorded['data'];

/** What a replay of a log found: how many judgements it made again, and which came out otherwise. */
export interface Replay {
  readonly replayed: number;
  readonly differing: readonly string[];
}

interface Ports {
  readonly store: Pick<EventStore, 'evidence'>;
  readonly engine: PolicyEngine;
}

/** A package as far as the log was read. */
interface Known {
  readonly judgement: Judgement;
  readonly repository: Data['repository'];
  readonly results: Data['results'];
}

/** One judgement as the log names it. */
interface Named extends Pick<Data, 'decidedAt' | 'policySetDigest' | 'factsDigest' | 'freshnessDigest' | 'repository'> {
  /** What failed, and cannot be brought about again. */
  readonly faults: readonly PolicyResult[];
}

/** Makes every judgement of a shard again from what it names, and nothing else: log, evidence and a fresh engine. */
export const replayJudgements = async (
  { store, engine }: Ports,
  events: readonly { readonly subject: string; readonly event: JudgementEvent }[],
): Promise<Replay> => {
  const known = new Map<string, Known>();
  const differing: string[] = [];
  let replayed = 0;
  const differs = (what: string, is: unknown, was: unknown): void => {
    if (JSON.stringify(is) !== JSON.stringify(was))
      differing.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(was)}`);
  };
  for (const { subject, event } of events) {
    if (event.type === 'DecisionRecorded') {
      const before = known.get(subject)?.judgement ?? unjudged;
      const again = await decideAgain({ store, engine }, subject, event.data, before);
      differs(`${subject} at ${event.data.decidedAt}`, comparable(again), comparable(event.data));
      replayed += 1;
      known.set(subject, {
        judgement: evolveJudgement(before, event, subject),
        repository: event.data.repository,
        results: event.data.results,
      });
    } else {
      for (const [index, { packageKey, said, memory = {} }] of event.data.packages.entries()) {
        const one = known.get(packageKey);
        if (!one) throw new Error(`${packageKey} is confirmed and was never decided about.`);
        const results = await askAgain({ store, engine }, namedByConfirmation(event.data, index, one, memory));
        differs(
          `${packageKey} confirmed for ${event.data.cause.kind} at ${event.data.decidedAt}`,
          saidOf(results),
          said,
        );
        replayed += 1;
        known.set(packageKey, { ...one, judgement: evolveJudgement(one.judgement, event, packageKey) });
      }
    }
  }
  return { replayed, differing };
};

/** How often a policy had failed is no part of what it asks for: the log is not told of each failure. */
const comparable = ({ said, results, desired, before, memory }: Data): unknown => {
  const matches = Object.entries(memory ?? {}).map(([policyId, { match, failures }]) => [
    policyId,
    match,
    failures > 0,
  ]);
  return [said, results, desired, before, matches.sort()];
};

const namedByConfirmation = (
  data: JudgementsConfirmed['data'],
  index: number,
  { repository, results }: Known,
  memory: Memory,
): Named => ({
  ...{ decidedAt: data.decidedAt, policySetDigest: data.policySetDigest, repository },
  factsDigest: data.factsDigests[index] || null,
  ...(data.freshnessDigest !== undefined && { freshnessDigest: data.freshnessDigest }),
  faults: faultsOf(results).filter(({ policyId }) => (memory[policyId]?.failures ?? 0) > 0),
});

const faultsOf = (results: Data['results']): readonly PolicyResult[] =>
  (results as readonly PolicyResult[]).filter(({ error }) => error !== null);

const decideAgain = async (ports: Ports, packageKey: string, data: Data, before: Judgement): Promise<Data> => {
  const {
    workspace,
    repository,
    presence,
    cause,
    decidedAt,
    factsDigest,
    policySetDigest,
    engineDigest,
    freshnessDigest = null,
  } = data;
  const results = presence === 'deleted' ? [] : await askAgain(ports, { ...data, faults: faultsOf(data.results) });
  const terms = policiesInScope(await setOf(ports, policySetDigest), repository).policies;
  const outcome = recordJudgement(
    {
      ...{
        type: 'RecordJudgement',
        packageKey,
        workspace,
        repository,
        package: data.package,
        presence,
        cause,
        decidedAt,
        factsDigest,
      },
      ...{
        policySetDigest,
        engineDigest,
        freshnessDigest,
        basis: data.basis ?? '',
        said: saidOf(results),
        terms,
        results,
      },
    },
    before,
  );
  if (outcome.kind !== 'decided') throw new Error(`${packageKey} at ${decidedAt} is confirmed in the replay.`);
  return outcome.event.data;
};

const askAgain = async (
  ports: Ports,
  { decidedAt, policySetDigest, factsDigest, freshnessDigest, repository, faults }: Named,
): Promise<readonly PolicyResult[]> => {
  const policySet = await setOf(ports, policySetDigest);
  if (factsDigest === null) return [];
  const facts = await evidenceOf(ports, factsDigest);
  const freshness =
    freshnessDigest === undefined
      ? null
      : { text: Buffer.from(await evidenceOf(ports, freshnessDigest)).toString('utf8'), digest: freshnessDigest };
  const [asked] = await askPolicies(ports.engine, [{ policySet, repository, facts, freshness, now: decidedAt }]);
  return (asked?.results ?? []).map((result) => faults.find(({ policyId }) => policyId === result.policyId) ?? result);
};

const evidenceOf = async ({ store }: Ports, digest: string): Promise<Uint8Array> => {
  const found = await store.evidence(digest);
  if (!found) throw new Error(`There is no evidence ${digest}.`);
  return found.bytes;
};

const sets = new WeakMap<PolicyEngine, Map<string, Promise<NamedPolicySet>>>();

const setOf = (ports: Ports, digest: string): Promise<NamedPolicySet> => {
  const loaded = sets.get(ports.engine) ?? new Map<string, Promise<NamedPolicySet>>();
  sets.set(ports.engine, loaded);
  const set = loaded.get(digest) ?? load(ports, digest);
  loaded.set(digest, set);
  return set;
};

const load = async ({ store, engine }: Ports, digest: string): Promise<NamedPolicySet> => {
  const evidence = (named: string) => store.evidence(named);
  const set = await readPolicySet(evidence, digest);
  if (!set) throw new Error(`There is no policy set ${digest}.`);
  await loadPolicySet(evidence, engine, { digest, set });
  return { digest, set };
};
