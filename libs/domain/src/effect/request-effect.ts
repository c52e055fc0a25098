import type { PackageState } from '../decision/desired-state.js';
import type { EffectChange, EffectKind, EffectRequested } from './effect.js';
import type { EffectedLevel } from './package-effects.js';

/** An endpoint that wants to be told; of every kind of effect when `kinds` is null. */
export interface Subscriber {
  readonly endpoint: string;
  readonly kinds: readonly EffectKind[] | null;
}

/** What a decision desires of a package. */
export interface RequestEffect {
  readonly type: 'RequestEffect';
  readonly packageKey: string;
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly decisionId: string;
  readonly desired: EffectedLevel;
  readonly reasons: readonly string[];
  readonly subscribers: readonly Subscriber[];
  readonly requestedAt: string;
}

/** One effect when the desired level differs from what was last asked for, otherwise none. */
export const requestEffect = (command: RequestEffect, level: EffectedLevel): readonly EffectRequested[] => {
  const { type: _type, desired, subscribers, ...request } = command;
  const change = changeBetween(level, desired);
  if (isUnchanged(change)) return [];
  const kind = effectKind(change);
  const deliverTo = subscribers
    .filter(({ kinds }) => kinds === null || kinds.includes(kind))
    .map(({ endpoint }) => endpoint);
  return [
    {
      type: 'EffectRequested',
      version: 1,
      data: { effectId: `effect-${command.decisionId}`, ...request, kind, change, deliverTo },
    },
  ];
};

const changeBetween = (level: EffectedLevel, desired: EffectedLevel): EffectChange => ({
  state: { from: level.state, to: desired.state },
  tags: [...desired.tags].sort(),
  tagsAdded: desired.tags.filter((tag) => !level.tags.includes(tag)).sort(),
  tagsRemoved: level.tags.filter((tag) => !desired.tags.includes(tag)).sort(),
});

const isUnchanged = ({ state, tagsAdded, tagsRemoved }: EffectChange): boolean =>
  state.from === state.to && tagsAdded.length === 0 && tagsRemoved.length === 0;

const effectKind = ({ state }: EffectChange): EffectKind =>
  state.from === state.to ? 'tagged' : KIND_OF_STATE[state.to];

const KIND_OF_STATE = {
  available: 'released',
  quarantined: 'quarantined',
  hidden: 'hidden',
  deleted: 'deleted',
} as const satisfies Record<PackageState, EffectKind>;
