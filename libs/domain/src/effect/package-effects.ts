import type { PackageState } from '../decision/desired-state.js';
import type { EffectEvent, EffectRequested } from './effect.js';

/** What was last asked for, whether or not every endpoint knows it yet. */
export interface EffectedLevel {
  readonly state: PackageState;
  readonly tags: readonly string[];
}

/** An effect that one endpoint has neither taken nor been spared. */
export interface OpenDelivery {
  readonly effectId: string;
  readonly endpoint: string;
  readonly changesState: boolean;
  readonly requestedAt: string;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Not to be tried before. */
  readonly dueAt: string;
}

/** One package's effects: its level, and the deliveries still open in the order in which they were asked for. */
export interface PackageEffects extends EffectedLevel {
  readonly open: readonly OpenDelivery[];
}

/** A package that nothing was ever asked for. */
export const untouchedPackage: PackageEffects = { state: 'available', tags: [], open: [] };

export const evolvePackageEffects = (effects: PackageEffects, event: EffectEvent): PackageEffects => {
  switch (event.type) {
    case 'EffectRequested':
      return {
        state: event.data.change.state.to,
        tags: event.data.change.tags,
        open: [...effects.open, ...deliveriesOf(event)],
      };
    case 'EffectAttemptFailed':
      return { ...effects, open: effects.open.map((delivery) => afterFailure(delivery, event.data)) };
    case 'EffectDelivered':
    case 'EffectAbandoned':
    case 'EffectSuperseded':
      return { ...effects, open: effects.open.filter((delivery) => !isDelivery(delivery, event.data)) };
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};

/** The deliveries that an effect starts with: one for each endpoint, due at once. */
export const deliveriesOf = ({ data }: EffectRequested): readonly OpenDelivery[] =>
  data.deliverTo.map((endpoint) => ({
    effectId: data.effectId,
    endpoint,
    changesState: data.change.state.from !== data.change.state.to,
    requestedAt: data.requestedAt,
    attempts: 0,
    dueAt: data.requestedAt,
  }));

const afterFailure = (
  delivery: OpenDelivery,
  failure: { effectId: string; endpoint: string; attempt: number; nextAttemptAt: string | null },
): OpenDelivery =>
  isDelivery(delivery, failure)
    ? { ...delivery, attempts: failure.attempt, dueAt: failure.nextAttemptAt ?? delivery.dueAt }
    : delivery;

const isDelivery = (delivery: OpenDelivery, named: { readonly effectId: string; readonly endpoint: string }): boolean =>
  delivery.effectId === named.effectId && delivery.endpoint === named.endpoint;
