import type { EffectAbandoned, EffectSuperseded } from './effect.js';
import type { OpenDelivery, PackageEffects } from './package-effects.js';

/** Spares an endpoint what a later effect on the same package makes pointless. */
export interface SupersedeDelivery {
  readonly type: 'SupersedeDelivery';
  readonly effectId: string;
  readonly endpoint: string;
  readonly supersededAt: string;
}

/**
 * A later effect of the same package and endpoint supersedes an earlier one when it says all the earlier one would: it
 * names the state it leads to and every tag. One that only tags does not supersede one that changes the state, for who
 * listens to quarantines alone would never hear of it.
 */
export const supersedeDelivery = (
  command: SupersedeDelivery,
  effects: Pick<PackageEffects, 'open'>,
): readonly EffectSuperseded[] => {
  const { effectId, endpoint, supersededAt } = command;
  const lane = effects.open.filter((delivery) => delivery.endpoint === endpoint);
  const at = lane.findIndex((delivery) => delivery.effectId === effectId);
  const earlier = lane[at];
  const later = earlier && lane.slice(at + 1).findLast((delivery) => supersedes(delivery, earlier));
  return later
    ? [
        {
          type: 'EffectSuperseded',
          version: 1,
          data: { effectId, endpoint, supersededBy: later.effectId, supersededAt },
        },
      ]
    : [];
};

const supersedes = (later: OpenDelivery, earlier: OpenDelivery): boolean => later.changesState || !earlier.changesState;

/** Ends a delivery whose endpoint is not configured any more. */
export interface AbandonDelivery {
  readonly type: 'AbandonDelivery';
  readonly effectId: string;
  readonly endpoint: string;
  readonly reason: string;
  readonly abandonedAt: string;
}

export const abandonDelivery = (
  command: AbandonDelivery,
  effects: Pick<PackageEffects, 'open'>,
): readonly EffectAbandoned[] => {
  const { type: _type, ...data } = command;
  const delivery = effects.open.find((open) => open.effectId === data.effectId && open.endpoint === data.endpoint);
  return delivery ? [{ type: 'EffectAbandoned', version: 1, data: { ...data, attempts: delivery.attempts } }] : [];
};
