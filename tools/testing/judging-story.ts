import type { PolicySet } from '@weir/contracts';
import type { EventStore } from '@weir/event-store';
import type { TopicMessage } from '@weir/messaging';
import type { PolicyErrorCode } from '@weir/policy';
import { batchOf, type JudgingBench, type TestPolicy } from './judging.js';
import type { JudgingShard } from './judging-shard.js';
import type { Chance } from './random-cases.js';
import { PACKAGES, storyMessages, type StoryMessages } from './story-messages.js';

const inPackage = (...rules: readonly string[]): string =>
  ['package cloudsmith', 'default match := false', ...rules].join('\n');
const DAY_NS = '(24 * 60 * 60 * 1000000000)';

/** Policies of each kind: by facts, by the clock, by the age of a feed, terminal, and one that contradicts itself. */
export const LIBRARY: readonly TestPolicy[] = [
  {
    policyId: 'epss',
    rego: inPackage(
      'match if { some v in input.v0.vulnerabilities; v.epss.score > 0.5 }',
      'reason contains v.identifier if { some v in input.v0.vulnerabilities; v.epss.score > 0.5 }',
    ),
  },
  { policyId: 'scan', rego: inPackage('match if input.v0["package"].security_scan_status == "bad"') },
  {
    policyId: 'many',
    rego: inPackage('match if count(input.v0.vulnerabilities) > 1'),
    actions: [{ type: 'AddPackageTags', tags: ['many'] }],
  },
  {
    policyId: 'kev',
    rego: inPackage('match if input.v1.kev == true'),
    actions: [{ type: 'AddPackageTags', tags: ['kev'] }],
  },
  {
    policyId: 'stale',
    rego: inPackage(
      `fresh if time.now_ns() - time.parse_rfc3339_ns(input.v1.freshness.epss.loadedAt) < 3 * ${DAY_NS}`,
      'match if not fresh',
    ),
  },
  { policyId: 'cooling', rego: inPackage('match if time.now_ns() < time.parse_rfc3339_ns(input.v0.until)') },
  {
    policyId: 'office',
    rego: inPackage('match if { [hour, _, _] := time.clock(time.now_ns()); hour >= 9; hour < 17 }'),
    actions: [{ type: 'AddPackageTags', tags: ['office'] }],
  },
  {
    policyId: 'release',
    rego: inPackage('match if input.v0.good == true'),
    precedence: 1,
    terminal: true,
    actions: [{ type: 'SetPackageState', state: 'available' }],
  },
  {
    policyId: 'conflict',
    rego: `package cloudsmith
match := true if input.v0.odd
match := false if input.v0.odd == 2
match := false if not input.v0.odd`,
  },
];

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

const MINUTE = 60_000;
/** Instants of a story lie at the 15th second of a minute, what policies compare them with at others. */
const BEGIN = Date.parse('2026-06-14T12:00:15.000Z');

export interface StoryPorts {
  readonly bench: JudgingBench;
  readonly shard: JudgingShard;
  readonly spoilt: Spoilt;
  /** Another engine judges from now on. */
  readonly onEngine: (digest: string) => void;
}

/** The hands of a story's clock. */
interface Clock {
  millis: number;
}

export const beginStory = (ports: StoryPorts, chance: Chance, workspace: string): Story => {
  const clock: Clock = { millis: BEGIN };
  const messages = storyMessages(chance, workspace, () => clock.millis);
  const now = (): string => new Date(clock.millis).toISOString();
  const steps = {
    ...stepsInside({ ...ports, messages }, chance),
    ...stepsAround({ ...ports, clock }, chance, workspace),
  };
  return {
    workspace,
    now,
    begin: async () => {
      await steps['policies']?.();
      await ports.shard.handler.handle(batchOf(...PACKAGES.map(messages.observation)));
    },
    step: async () => {
      const name = chance.pick(SHARES);
      await steps[name]?.();
      return `${name} ${now()}`;
    },
    mend: () => {
      ports.spoilt.failing.clear();
      ports.spoilt.hidden.clear();
      clock.millis += 6 * MINUTE;
    },
  };
};

type Steps = Readonly<Record<string, () => Promise<unknown>>>;

const SHARES = [
  ...['observe', 'observe', 'observe', 'repeat', 'feed', 'feed', 'feed', 'policies', 'policies', 'load'],
  ...['time', 'time', 'time', 'fault', 'heal', 'lose', 'engine'],
];

/** What packages and feeds do. */
const stepsInside = (
  { shard, messages }: Pick<StoryPorts, 'shard'> & { readonly messages: StoryMessages },
  chance: Chance,
): Steps => {
  const send = async (batch: readonly TopicMessage[]): Promise<void> => {
    if (batch.length > 0) await shard.handler.handle(batchOf(...batch));
  };
  return {
    observe: () => send(Array.from({ length: 1 + chance.below(3) }, () => messages.observation(chance.pick(PACKAGES)))),
    repeat: () => send(messages.repeat()),
    feed: () => {
      const chosen = chance.pick(PACKAGES);
      const others = [chance.pick(PACKAGES), chance.happens(0.5) ? chosen : chance.pick(PACKAGES)];
      return send([chosen, ...others].flatMap(messages.ofFeed));
    },
  };
};

/** What policies, time, faults and the engine do. */
const stepsAround = (
  { bench, shard, spoilt, onEngine, clock }: StoryPorts & { readonly clock: Clock },
  chance: Chance,
  workspace: string,
): Steps => ({
  policies: async () => {
    await bench.activate(randomPolicies(chance), { workspace, library: LIBRARY });
    await shard.caughtUp();
  },
  load: async () => {
    await bench.loadFeed(chance.pick(['epss', 'kev']), new Date(clock.millis - 7_000).toISOString());
    await shard.caughtUp();
  },
  time: async () => void (clock.millis += MINUTE * chance.pick([1, 3, 10, 45, 60, 200, 500, 1_440, 3 * 1_440])),
  fault: async () => {
    // Who contradicts itself fails by itself.
    const { policyId } = chance.pick(LIBRARY.filter((policy) => policy.policyId !== 'conflict'));
    spoilt.failing.set(policyId, chance.pick(['deadline_exceeded', 'suspended', 'engine_fault']));
  },
  heal: async () => {
    spoilt.failing.clear();
    spoilt.hidden.clear();
  },
  lose: async () => {
    const row = await shard.rowOf(chance.pick(PACKAGES), workspace);
    if (row?.factsDigest) spoilt.hidden.add(row.factsDigest);
  },
  engine: async () => onEngine(`sha256:${chance.pick(['engine-1', 'engine-2'])}`),
});

const randomPolicies = (chance: Chance): readonly TestPolicy[] =>
  LIBRARY.filter(() => chance.happens(0.6)).map((policy): TestPolicy => ({
    ...policy,
    onError: chance.pick<PolicySet['policies'][number]['onError']>(['closed', 'open', 'hold']),
    scope: chance.happens(0.3) ? { repositories: [chance.pick(['r-a', 'r-b'])] } : {},
    precedence: policy.precedence ?? chance.pick([50, 100]),
  }));
