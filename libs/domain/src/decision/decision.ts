import type { PackageRef, RepositoryRef } from '../package/package-ref.js';
import type { Cause } from './cause.js';
import type { DesiredState, PackageState } from './desired-state.js';
import { NOTHING_REMEMBERED, type Memory } from './memory.js';
import type { RecordedResult } from './recorded-result.js';

/**
 * The outcome of judging one package's facts by one workspace's policy set at one instant. Version 1 repeated the digest
 * of each policy's revision in the results; version 2 had whole results of policies that do not match; version 3 listed
 * them still, and had neither basis nor memory.
 */
export interface DecisionRecorded {
  readonly type: 'DecisionRecorded';
  readonly version: 4;
  readonly data: {
    readonly workspace: string;
    readonly repository: RepositoryRef;
    readonly package: PackageRef;
    readonly presence: 'present' | 'deleted';
    readonly cause: Cause;
    readonly decidedAt: string;
    /** null once the package was deleted: there is nothing left to judge. */
    readonly factsDigest: string | null;
    readonly policySetDigest: string;
    readonly engineDigest: string;
    /** When the feeds were loaded, as far as a policy in scope reads it; absent when none does. */
    readonly freshnessDigest?: string;
    /** Names all that the answers rest on; null in what was recorded before version 4. */
    readonly basis: string | null;
    /** Names what `results` say; null in what was recorded before version 4. */
    readonly said: string | null;
    /** Of the policies in scope that matched, gave a reason or failed; the policy set names the others. */
    readonly results: readonly RecordedResult[];
    readonly desired: DesiredState;
    /** What was desired until now; null for a package never judged. */
    readonly before: { readonly state: PackageState; readonly tags: readonly string[] } | null;
    /** Absent when nothing is remembered. */
    readonly memory?: Memory;
  };
}

/** A package that was judged again, with the same outcome. */
export interface Confirmation {
  readonly packageKey: string;
  readonly basis: string;
  readonly said: string;
  /** Absent when nothing is remembered. */
  readonly memory?: Memory;
}

/** Why packages were judged that came out as they were: a cause without what differs from package to package. */
export type ConfirmedBy =
  | { readonly kind: 'feed'; readonly feed: 'osv' | 'epss' | 'kev'; readonly revision: string }
  | { readonly kind: Exclude<Cause['kind'], 'observation' | 'feed'> };

/** A confirmed package of an event, with its repository's place in the event's list. */
export interface ConfirmedPackage extends Confirmation {
  readonly repository: number;
}

/** Packages of a workspace that were judged again for one cause, each with the outcome that it had. */
export interface JudgementsConfirmed {
  readonly type: 'JudgementsConfirmed';
  readonly version: 1;
  readonly data: {
    readonly workspace: string;
    readonly cause: ConfirmedBy;
    readonly decidedAt: string;
    readonly policySetDigest: string;
    readonly engineDigest: string;
    readonly freshnessDigest?: string;
    readonly repositories: readonly RepositoryRef[];
    readonly packages: readonly ConfirmedPackage[];
    /** The facts of each of `packages`, in their order; empty for one that was deleted. */
    readonly factsDigests: readonly string[];
  };
}

export type JudgementEvent = DecisionRecorded | JudgementsConfirmed;

/** What later judgements of a package need to know about earlier ones. */
export type Judgement =
  | { readonly kind: 'unjudged' }
  | {
      readonly kind: 'judged';
      readonly presence: 'present' | 'deleted';
      readonly factsDigest: string | null;
      /** null when it was judged by a version that kept none. */
      readonly basis: string | null;
      /** null when it was judged by a version that kept none. */
      readonly said: string | null;
      readonly desired: DesiredState;
      readonly memory: Memory;
    };

export type Judged = Extract<Judgement, { readonly kind: 'judged' }>;

export const unjudged: Judgement = { kind: 'unjudged' };

/** The judgement of the package named `packageKey` after an event that concerns it; other packages' events change nothing. */
export const evolveJudgement = (state: Judgement, event: JudgementEvent, packageKey: string): Judgement => {
  switch (event.type) {
    case 'DecisionRecorded':
      return afterDecision(event);
    case 'JudgementsConfirmed':
      return afterConfirmation(state, event, packageKey);
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};

const afterDecision = ({ data }: DecisionRecorded): Judged => {
  const { presence, factsDigest, basis, said, desired, memory = NOTHING_REMEMBERED } = data;
  return { kind: 'judged', presence, factsDigest, basis, said, desired, memory };
};

const afterConfirmation = (state: Judgement, { data }: JudgementsConfirmed, packageKey: string): Judgement => {
  const index = data.packages.findIndex((confirmation) => confirmation.packageKey === packageKey);
  const confirmation = data.packages[index];
  if (state.kind === 'unjudged' || !confirmation) return state;
  return confirmed(state, confirmation, data.factsDigests[index] || null);
};

/** A judgement after it was confirmed on these facts. */
export const confirmed = (state: Judged, confirmation: Confirmation, factsDigest: string | null): Judged => {
  const { basis, said, memory = NOTHING_REMEMBERED } = confirmation;
  return { ...state, factsDigest, basis, said, memory };
};
