import { TOPICS, type PolicySet } from '@weir/contracts';
import type { EventStore } from '@weir/event-store';
import type { TopicMessage } from '@weir/messaging';
import type { PolicyErrorCode } from '@weir/policy';
import { batchOf, enrichedMessage, observationCause, type JudgingBench, type TestPolicy } from './judging.js';
import { feedCause, type JudgingShard } from './judging-shard.js';
import type { Chance } from './random-cases.js';

const inPackage = (...rules: readonly string[]): string => ['package cloudsmith', 'default match := false', ...rules].join('\n');
const DAY_NS = '(24 * 60 * 60 * 1000000000)';

/** Policies of each kind: by facts, by the clock, by the age of a feed, terminal, and one that contradicts itself. */
export const LIBRARY: readonly TestPolicy[] = [
  { policyId: 'epss', rego: inPackage('match if { some v in input.v0.vulnerabilities; v.epss.score > 0.5 }', 'reason contains v.identifier if { some v in input.v0.vulnerabilities; v.epss.score > 0.5 }') },
  { policyId: 'scan', rego: inPackage('match if input.v0["package"].security_scan_status == "bad"') },
  { policyId: 'many', rego: inPackage('match if count(input.v0.vulnerabilities) > 1'), actions: [{ type: 'AddPackageTags', tags: ['many'] }] },
  { policyId: 'kev', rego: inPackage('match if input.v1.kev == true'), actions: [{ type: 'AddPackageTags', tags: ['kev'] }] },
  { policyId: 'stale', rego: inPackage(`fresh if time.now_ns() - time.parse_rfc3339_ns(input.v1.freshness.epss.loadedAt) < 3 * ${DAY_NS}`, 'match if not fresh') },
  { policyId: 'cooling', rego: inPackage('match if time.now_ns() < time.parse_rfc3339_ns(input.v0.until)') },
  { policyId: 'office', rego: inPackage('match if { [hour, _, _] := time.clock(time.now_ns()); hour >= 9; hour < 17 }'), actions: [{ type: 'AddPackageTags', tags: ['office'] }] },
  { policyId: 'release', rego: inPackage('match if input.v0.good == true'), precedence: 1, terminal: true, actions: [{ type: 'SetPackageState', state: 'available' }] },
  { policyId: 'conflict', rego: 'package cloudsmith\nmatch := true if input.v0.odd\nmatch := false if input.v0.odd == 2\nmatch := false if not input.v0.odd' },
];

const PACKAGES = Array.from({ length: 8 }, (_, number) => ({ name: `p${number}`, repository: number < 4 ? 'r-a' : 'r-b' }));

/** What a story may spoil, and mends at its end. */
export interface Spoilt {
  readonly failing: Map<string, PolicyErrorCode>;
  readonly hidden: Set<string>;
}

/** The log, but evidence that is hidden is missing. */
export const hiding = (store: EventStore, { hidden }: Spoilt): EventStore => ({
  ...store,
  evidence: async (digest) => (hidden.has(digest) ? null : store.evidence(digest)),
  allEvidence: async (digests) => store.allEvidence(digests.filter((digest) => !hidden.has(digest))),
});

export interface Story {
  /** Puts policies in force and observes every package. */
  begin(): Promise<void>;
  /** What happens next, told in a few words. */
  step(): Promise<string>;
  now(): string;
  /** Ends all faults and lets so much time pass that whatever failed is asked again. */
  mend(): void;
  readonly workspace: string;
}

interface Known {
  ordinal: number;
  sequence: number;
  facts: unknown;
  readonly sent: TopicMessage[];
}

const MINUTE = 60_000;
/** Instants of a story lie at the 15th second of a minute, what policies compare them with at others. */
const BEGIN = Date.parse('2026-06-14T12:00:15.000Z');

export const beginStory = (bench: JudgingBench, shard: JudgingShard, chance: Chance, workspace: string, spoilt: Spoilt, onEngine: (digest: string) => void): Story => {
  let millis = BEGIN;
  const known = new Map(PACKAGES.map(({ name }) => [name, { ordinal: 0, sequence: 0, facts: randomFacts(chance, millis), sent: [] } as Known]));
  const offsets = new Map<string, number>();
  const now = (): string => new Date(millis).toISOString();
  const offset = (topic: string): number => {
    const next = offsets.get(topic) ?? 0;
    offsets.set(topic, next + 1);
    return next;
  };
  const send = (messages: readonly TopicMessage[]) => shard.handler.handle(batchOf(...messages));
  const stateOf = (name: string): Known => known.get(name) as Known;

  const observation = ({ name, repository }: (typeof PACKAGES)[number]): TopicMessage => {
    const state = stateOf(name);
    state.ordinal += 1;
    state.sequence += 1;
    state.facts = chance.happens(0.1) ? null : chance.happens(0.3) && state.facts !== null ? state.facts : randomFacts(chance, millis);
    const presence = state.facts === null ? 'deleted' : 'present';
    const message = enrichedMessage(name, state.facts, { offset: offset(TOPICS.enriched), ordinal: state.ordinal, sequence: state.sequence, presence, workspace, repository, cause: observationCause() });
    state.sent.push(message);
    return message;
  };
  const ofFeed = ({ name, repository }: (typeof PACKAGES)[number]): readonly TopicMessage[] => {
    const state = stateOf(name);
    if (state.facts === null || state.ordinal === 0) return [];
    const isStale = chance.happens(0.15);
    if (!isStale) {
      state.sequence += 1;
      state.facts = editedFacts(chance, state.facts, millis);
    }
    const facts = isStale ? randomFacts(chance, millis) : state.facts;
    const sequence = isStale ? Math.max(0, state.sequence - 1) : state.sequence;
    return [enrichedMessage(name, facts, { offset: offset(TOPICS.enrichedByFeed), sequence, topic: TOPICS.enrichedByFeed, workspace, repository, cause: feedCause(chance.pick(['osv', 'epss', 'kev']), String(sequence)) })];
  };

  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    observe: () => send(Array.from({ length: 1 + chance.below(3) }, () => observation(chance.pick(PACKAGES)))),
    repeat: async () => {
      const sent = PACKAGES.flatMap(({ name }) => stateOf(name).sent);
      if (sent.length > 0) await send([{ ...chance.pick(sent), offset: offset(TOPICS.enriched) }]);
    },
    feed: async () => {
      const chosen = chance.pick(PACKAGES);
      const messages = [chosen, chance.pick(PACKAGES), chance.happens(0.5) ? chosen : chance.pick(PACKAGES)].flatMap(ofFeed);
      if (messages.length > 0) await send(messages);
    },
    policies: async () => {
      await bench.activate(randomPolicies(chance), { workspace, library: LIBRARY });
      await shard.caughtUp();
    },
    load: async () => {
      await bench.loadFeed(chance.pick(['epss', 'kev']), new Date(millis - 7_000).toISOString());
      await shard.caughtUp();
    },
    time: async () => void (millis += MINUTE * chance.pick([1, 3, 10, 45, 60, 200, 500, 1_440, 3 * 1_440])),
    fault: async () => void spoilt.failing.set(chance.pick(LIBRARY.slice(0, -1)).policyId, chance.pick(['deadline_exceeded', 'suspended', 'engine_fault'])),
    heal: async () => {
      spoilt.failing.clear();
      spoilt.hidden.clear();
    },
    lose: async () => {
      const row = await shard.rowOf(chance.pick(PACKAGES), workspace);
      if (row?.factsDigest) spoilt.hidden.add(row.factsDigest);
    },
    engine: async () => onEngine(`sha256:${chance.pick(['engine-1', 'engine-2'])}`),
  };
  const SHARES = ['observe', 'observe', 'observe', 'repeat', 'feed', 'feed', 'feed', 'policies', 'policies', 'load', 'time', 'time', 'time', 'fault', 'heal', 'lose', 'engine'];
  return {
    workspace,
    now,
    begin: async () => {
      await steps['policies']?.();
      await send(PACKAGES.map(observation));
    },
    step: async () => {
      const name = chance.pick(SHARES);
      await steps[name]?.();
      return `${name} ${now()}`;
    },
    mend: () => {
      spoilt.failing.clear();
      spoilt.hidden.clear();
      millis += 6 * MINUTE;
    },
  };
};

const randomPolicies = (chance: Chance): readonly TestPolicy[] =>
  LIBRARY.filter(() => chance.happens(0.6)).map((policy): TestPolicy => ({
    ...policy,
    onError: chance.pick<PolicySet['policies'][number]['onError']>(['closed', 'open', 'hold']),
    scope: chance.happens(0.3) ? { repositories: [chance.pick(['r-a', 'r-b'])] } : {},
    precedence: policy.precedence ?? chance.pick([50, 100]),
  }));

const randomFacts = (chance: Chance, millis: number): unknown => ({
  v0: {
    package: { name: 'x', security_scan_status: chance.pick(['good', 'bad']) },
    vulnerabilities: chance.listOf(2, () => vulnerability(chance)),
    good: chance.happens(0.15),
    until: untilOf(chance, millis),
    ...(chance.happens(0.15) && { odd: chance.pick([1, 2]) }),
  },
  v1: { kev: chance.happens(0.3), other: chance.below(3) },
});

const vulnerability = (chance: Chance): unknown => ({ identifier: chance.pick(['CVE-1', 'CVE-2']), epss: { score: chance.pick([0.1, 0.4, 0.6, 0.9]) }, title: chance.pick(['x', 'y']) });

/** At the 30th second of a minute from a day ago to two days ahead. */
const untilOf = (chance: Chance, millis: number): string => new Date(millis + 15_000 + MINUTE * (chance.below(3 * 1_440) - 1_440)).toISOString();

/** One member is otherwise: mostly one that some policy reads, or one that none does. */
const editedFacts = (chance: Chance, facts: unknown, millis: number): unknown => {
  const { v0, v1 } = facts as { readonly v0: Readonly<Record<string, unknown>>; readonly v1: Readonly<Record<string, unknown>> };
  const fresh = randomFacts(chance, millis) as { readonly v0: Readonly<Record<string, unknown>>; readonly v1: Readonly<Record<string, unknown>> };
  const name = chance.pick(['package', 'vulnerabilities', 'good', 'until', 'kev', 'other', 'other', 'nothing', 'more']);
  if (name === 'more') return { v0, v1: { ...v1, [chance.pick(['kev', 'later'])]: true } };
  return { v0: name in v0 ? { ...v0, [name]: fresh.v0[name] } : v0, v1: name in v1 ? { ...v1, [name]: fresh.v1[name] } : v1 };
};
