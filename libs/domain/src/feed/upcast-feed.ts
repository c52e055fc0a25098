/**
 * Data of `FeedLoaded` version 1 as version 2 has it. Version 1 took any file of advisories for all ecosystems; which it
 * covered is not known, and what is not known covers none.
 */
export const feedLoadedToVersion2 = (data: unknown): unknown => ({
  ...(data as object),
  foreign: null,
  ecosystems: {},
});
