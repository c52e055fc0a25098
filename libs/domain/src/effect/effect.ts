import type { PackageState } from '../decision/desired-state.js';

/** What an effect does to a package, by the state it ends in; `tagged` leaves the state as it was. */
export type EffectKind = 'quarantined' | 'released' | 'hidden' | 'deleted' | 'tagged';

/** From one level to another. `tags` are all tags that the package has afterwards. */
export interface EffectChange {
  readonly state: { readonly from: PackageState; readonly to: PackageState };
  readonly tags: readonly string[];
  readonly tagsAdded: readonly string[];
  readonly tagsRemoved: readonly string[];
}

/** A decision asked for another level than the package has. Without endpoints the effect is recorded only. */
export interface EffectRequested {
  readonly type: 'EffectRequested';
  readonly version: 1;
  readonly data: {
    readonly effectId: string;
    readonly packageKey: string;
    readonly workspace: string;
    readonly repository: string;
    readonly purl: string;
    readonly decisionId: string;
    readonly kind: EffectKind;
    readonly change: EffectChange;
    readonly reasons: readonly string[];
    /** Names of the endpoints that are told; each has its own delivery. */
    readonly deliverTo: readonly string[];
    readonly requestedAt: string;
  };
}

/** An endpoint took the effect. */
export interface EffectDelivered {
  readonly type: 'EffectDelivered';
  readonly version: 1;
  readonly data: {
    readonly effectId: string;
    readonly endpoint: string;
    readonly attempt: number;
    readonly answer: string;
    readonly deliveredAt: string;
  };
}

/** An endpoint did not take the effect this time; `nextAttemptAt` is null after the last attempt. */
export interface EffectAttemptFailed {
  readonly type: 'EffectAttemptFailed';
  readonly version: 1;
  readonly data: {
    readonly effectId: string;
    readonly endpoint: string;
    readonly attempt: number;
    readonly reason: string;
    readonly failedAt: string;
    readonly nextAttemptAt: string | null;
  };
}

/** The endpoint will not be told of the effect any more. */
export interface EffectAbandoned {
  readonly type: 'EffectAbandoned';
  readonly version: 1;
  readonly data: {
    readonly effectId: string;
    readonly endpoint: string;
    readonly attempts: number;
    readonly reason: string;
    readonly abandonedAt: string;
  };
}

/** A later effect says all that this one would have said; an attempt that got no answer may still have arrived. */
export interface EffectSuperseded {
  readonly type: 'EffectSuperseded';
  readonly version: 1;
  readonly data: {
    readonly effectId: string;
    readonly endpoint: string;
    readonly supersededBy: string;
    readonly supersededAt: string;
  };
}

export type EffectEvent = EffectRequested | EffectDelivered | EffectAttemptFailed | EffectAbandoned | EffectSuperseded;
