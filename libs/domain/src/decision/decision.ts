import type { PackageRef, RepositoryRef } from '../package/package-ref.js';
import type { Cause } from './cause.js';
import type { DesiredState, PackageState } from './desired-state.js';
import type { RecordedResult } from './recorded-result.js';

/**
 * The outcome of judging one package's facts by one workspace's policy set at one instant. Version 1 repeated the digest of
 * each policy's revision in the results; it is in the policy set, and nothing reads it from a decision. Version 2 had whole
 * results of policies that do not match too.
 */
export interface DecisionRecorded {
  readonly type: 'DecisionRecorded';
  readonly version: 3;
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
    readonly results: readonly RecordedResult[];
    readonly desired: DesiredState;
    /** What was desired until now; null for a package never judged. */
    readonly before: { readonly state: PackageState; readonly tags: readonly string[] } | null;
  };
}

export type DecisionEvent = DecisionRecorded;

/** What later decisions need to know about earlier ones. */
export type Judgement =
  | { readonly kind: 'unjudged' }
  | {
      readonly kind: 'judged';
      readonly presence: 'present' | 'deleted';
      readonly factsDigest: string | null;
      readonly policySetDigest: string;
      readonly desired: DesiredState;
      readonly claiming: readonly string[];
    };

export const unjudged: Judgement = { kind: 'unjudged' };

export const evolveJudgement = (_state: Judgement, event: DecisionEvent): Judgement => {
  switch (event.type) {
    case 'DecisionRecorded':
      return {
        kind: 'judged',
        presence: event.data.presence,
        factsDigest: event.data.factsDigest,
        policySetDigest: event.data.policySetDigest,
        desired: event.data.desired,
        claiming: [...new Set(event.data.desired.because.map((wish) => wish.policyId))],
      };
    default: {
      const unknown: never = event.type;
      return unknown;
    }
  }
};
