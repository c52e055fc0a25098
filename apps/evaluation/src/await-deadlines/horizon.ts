/** How far ahead of an answer it is looked whether time alone changes it. */
export const HORIZON_MS = 24 * 60 * 60 * 1000;

/** The instant to which an answer given at `instant` is looked ahead; both ISO 8601 in UTC. */
export const horizonOf = (instant: string): string => new Date(Date.parse(instant) + HORIZON_MS).toISOString();

/** Between two looks at what may come and go within a day. */
export const LOOK_MS = 15 * 60 * 1000;

/** The moment at which time changes an answer is found to this. */
export const PRECISION_MS = 1000;
