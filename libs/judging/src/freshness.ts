import type { FeedName } from '@weir/domain';

/** In the order of their names, as canonical JSON has them. */
export const FEED_NAMES = ['epss', 'kev', 'osv'] as const satisfies readonly FeedName[];
