import type { InputV1 } from '@weir/contracts';

/** When each feed was last loaded, and of what date it says it is; null: never loaded. */
export type Freshness = InputV1['freshness'];

export type FeedName = keyof Freshness;

/** In the order of their names, as canonical JSON has them. */
export const FEED_NAMES = ['epss', 'kev', 'osv'] as const satisfies readonly FeedName[];

export const NEVER_LOADED: Freshness = { epss: null, kev: null, osv: null };
