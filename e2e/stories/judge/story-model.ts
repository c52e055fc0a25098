import { packageText, parsePackage, type PackageName } from '../story-names.ts';
import type { LoadStep, ReviseStep, SaveStep } from '../story.ts';
import { DELETED, desiredState, type Asked, type Desired } from './desired-state.ts';
import { metadataAfter, NOTHING_SAID, type Told } from './metadata-after.ts';
import { answersAbout, isFragile, type Answered } from './model-answers.ts';
import { emptyState, termsOf, type ModelPackage, type ModelState, type World } from './model-state.ts';

/** What may be true of a package; more than one when a policy's fault may or may not have hit it. */
export interface Expected {
  readonly named: PackageName;
  readonly anyOf: readonly Desired[];
}

/** What a story's packages must be, worked out from the story alone: from what was accepted, in order. */
export interface StoryModel {
  observe(told: Told, world: World, now: number): void;
  save(step: SaveStep, policyId: string): void;
  /** `latest`: the revision that Weir tells; what was already so is no new one. */
  revise(step: ReviseStep, latest: number): void;
  activate(policy: string, revision: number | null): void;
  load(step: Omit<LoadStep, 'do'>): void;
  /** To be called when all that was done is settled and nothing else was done since. */
  expected(world: World, now: number): readonly Expected[];
  /** The moment that was compared is the past from now on. */
  remember(world: World, now: number): void;
  policyId(policy: string): string;
  template(policy: string): string;
  revisions(policy: string): number;
}

export const createStoryModel = (): StoryModel => {
  const state = emptyState();
  const { packages, policies } = state;
  return {
    observe: (told, world, now) => observe(state, told, world, now),
    save: (step, policyId) => {
      const { workspace = 'a', template } = step;
      policies.set(step.policy, { workspace, template, policyId, revisions: [termsOf(step)], active: null });
    },
    revise: (step, latest) => {
      const policy = policies.get(step.policy);
      if (policy && latest > policy.revisions.length) policy.revisions.push(termsOf(step));
    },
    activate: (local, revision) => activate(state, local, revision),
    load: (step) => load(state, step),
    expected: (world, now) =>
      [...packages.values()].map((one) => ({ named: one.named, anyOf: possibleStates(state, one, world, now) })),
    remember: (world, now) => {
      for (const one of packages.values()) hear(state, one, world, now);
      state.troubled.clear();
      noteTrouble(state);
    },
    policyId: (local) => policies.get(local)?.policyId ?? '',
    template: (local) => policies.get(local)?.template ?? '',
    revisions: (local) => policies.get(local)?.revisions.length ?? 0,
  };
};

const observe = (state: ModelState, told: Told, world: World, now: number): void => {
  const named = parsePackage(told.package);
  const key = packageText(named);
  const one = state.packages.get(key) ?? unseen(named);
  const source = [...state.packages.values()].findLast((other) => other !== one && isSameVersion(other.named, named));
  one.metadata = metadataAfter(told, one.metadata, source?.metadata ?? NOTHING_SAID, world);
  if (told.kind !== 'downloaded') one.presence = told.kind === 'deleted' ? 'deleted' : 'present';
  one.isDownloaded ||= told.kind === 'downloaded';
  state.packages.set(key, one);
  noteTrouble(state);
  hear(state, one, world, now);
};

const unseen = (named: PackageName): ModelPackage => ({
  named,
  metadata: NOTHING_SAID,
  presence: 'present',
  isDownloaded: false,
  lastMatch: new Map(),
});

const isSameVersion = (one: PackageName, other: PackageName): boolean =>
  one.workspace === other.workspace && one.product === other.product && one.version === other.version;

const activate = ({ packages, policies }: ModelState, local: string, revision: number | null): void => {
  const policy = policies.get(local);
  if (!policy || policy.active === revision) return;
  policy.active = revision;
  // Whether a fault's memory outlives a change of the policy is nowhere said.
  for (const { lastMatch } of packages.values()) if (lastMatch.has(local)) lastMatch.set(local, 'unknown');
};

const load = ({ advisories, scores, exploited }: ModelState, step: Omit<LoadStep, 'do'>): void => {
  for (const [local, advisory] of Object.entries(step.advisories ?? {})) advisories.set(local, advisory);
  for (const [local, score] of Object.entries(step.scores ?? {})) scores.set(local, score);
  for (const [local, isListed] of Object.entries(step.exploited ?? {})) {
    if (isListed) exploited.add(local);
    else exploited.delete(local);
  }
};

const noteTrouble = ({ packages, troubled }: ModelState): void => {
  for (const { named, presence, metadata } of packages.values()) {
    if (presence === 'present' && metadata.summary?.includes('hostile')) troubled.add(named.workspace);
  }
};

/** Lets policies answer about a package: what they say is what `hold` goes by. */
const hear = (state: ModelState, one: ModelPackage, world: World, now: number): void => {
  if (one.presence === 'deleted') return;
  for (const answered of answersAbout(state, one, world, now)) {
    const { local, answer } = answered;
    if (answer === 'fault') continue;
    const isMatch = answer === 'match';
    const isUnsure = mayFail(state, one, answered) && one.lastMatch.get(local) !== isMatch;
    one.lastMatch.set(local, isUnsure ? 'unknown' : isMatch);
  }
};

/** A policy that had to be ended about one package may be left alone about the others for a while. */
const mayFail = ({ troubled }: ModelState, { named }: ModelPackage, answered: Answered): boolean =>
  troubled.has(named.workspace) && isFragile(answered);

const possibleStates = (state: ModelState, one: ModelPackage, world: World, now: number): readonly Desired[] => {
  if (one.presence === 'deleted') return [DELETED];
  const asked = answersAbout(state, one, world, now).map((answered) => possibleAnswers(state, one, answered));
  const desired = combinations(asked).map(desiredState);
  return [...new Map(desired.map((each) => [JSON.stringify(each), each])).values()];
};

const possibleAnswers = (state: ModelState, one: ModelPackage, answered: Answered): readonly Asked[] => {
  const { local, policy, terms, answer } = answered;
  const answers = answer !== 'fault' && mayFail(state, one, answered) ? ([answer, 'fault'] as const) : [answer];
  const last = one.lastMatch.get(local) ?? null;
  const memories = last === 'unknown' ? [true, false] : [last];
  return answers.flatMap((each) =>
    memories.map((lastMatch) => ({ ...terms, policyId: policy.policyId, answer: each, lastMatch })),
  );
};

const combinations = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (found, list) => found.flatMap((chosen) => list.map((each) => [...chosen, each])),
    [[]],
  );
