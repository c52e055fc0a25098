import { z } from 'zod';
import { FEED_KINDS } from './feed.js';

export const feedKindSchema = z.enum(FEED_KINDS);

const printable = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'holds a control character: remove it');

/** Query of POST /v1/feeds/{kind}. */
export const loadFeedQuerySchema = z.object({
  revision: printable(200).optional().describe('Names the load; the date or digest of the feed unless given'),
  name: printable(255).optional().describe('What the file is called'),
});

export type LoadFeedQuery = z.output<typeof loadFeedQuerySchema>;

const count = z.int().nonnegative();

/** Answer of POST /v1/feeds/{kind}. */
export const feedLoadedSchema = z.object({
  feed: feedKindSchema,
  revision: z.string(),
  records: count,
  added: count,
  changed: count.describe('Known records that say something else now'),
  removed: count,
  unchanged: count,
  foreign: count.describe('Records of ecosystems that Weir does not match'),
  skippedRecords: count,
  skipped: z
    .array(
      z.object({
        line: z.int().optional(),
        entry: z.string().optional(),
        id: z.string().optional(),
        reason: z.string(),
      }),
    )
    .describe('The first 1,000 records that could not be used'),
  ecosystems: z.record(z.string(), count).optional().describe('osv: how many records name a package of each ecosystem'),
  covers: z
    .array(z.string())
    .optional()
    .describe('osv: the ecosystems whose packages count as scanned by now: the file holds a record about each alone'),
  affectedPackages: count.describe('Packages that are looked at again'),
  durationMs: count,
});

/** Answer of GET /v1/feeds. */
export const feedsSchema = z.object({
  feeds: z.array(
    z.object({
      feed: feedKindSchema,
      revision: z.string().nullable(),
      source: z.string().nullable(),
      asOf: z.string().nullable().describe('The date the source itself states'),
      loadedAt: z.string().nullable(),
      records: count.nullable(),
      skipped: count.nullable(),
      stale: z
        .boolean()
        .describe('Never loaded, or not for longer than FEEDS_STALE_AFTER_HOURS; osv: one of its loaded ecosystems'),
      ecosystems: z
        .array(
          z.object({
            ecosystem: z.string(),
            asOf: z.string().nullable().describe('When the latest of its records was modified'),
            loadedAt: z.string().nullable().describe('null: never loaded, its packages are not scanned'),
            stale: z.boolean(),
          }),
        )
        .optional()
        .describe('osv: each ecosystem that Weir matches'),
    }),
  ),
});

export type FeedsView = z.output<typeof feedsSchema>;
