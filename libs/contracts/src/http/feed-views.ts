import { z } from 'zod';

/** The feeds that Weir knows. */
export const FEED_KINDS = ['osv', 'epss', 'kev'] as const;

export type FeedKind = (typeof FEED_KINDS)[number];

const count = z.int().nonnegative();

const heldBackSchema = z.object({
  content: z.string().describe('Digest of the file'),
  revision: z.string(),
  source: z.string(),
  asOf: z.string(),
  heldAt: z.string(),
  absent: count,
  lowered: count,
  reason: z.string(),
});

const ecosystemSchema = z.object({
  ecosystem: z.string(),
  asOf: z.string().nullable().describe('When the latest of its records was modified'),
  loadedAt: z.string().nullable().describe('null: never loaded, its packages are not scanned'),
  stale: z.boolean(),
});

const feedSchema = z.object({
  feed: z.enum(FEED_KINDS),
  revision: z.string().nullable(),
  source: z.string().nullable(),
  asOf: z.string().nullable().describe('The date the source itself states'),
  loadedAt: z.string().nullable(),
  records: count.nullable(),
  skipped: count.nullable(),
  awaited: count.describe('Known entries that the newest file leaves out or lowers, and that are in force still'),
  heldBack: heldBackSchema.nullable().describe('The newest file, when it takes away more than its feed ever does'),
  stale: z
    .boolean()
    .describe('Never loaded, or not for longer than FEEDS_STALE_AFTER_HOURS; osv: one of its loaded ecosystems'),
  ecosystems: z.array(ecosystemSchema).optional().describe('osv: each ecosystem that Weir matches'),
});

/** Answer of GET /v1/feeds. */
export const feedsSchema = z.object({ feeds: z.array(feedSchema) });

export type FeedsView = z.output<typeof feedsSchema>;
export type FeedView = FeedsView['feeds'][number];
export type HeldBackFile = z.output<typeof heldBackSchema>;
export type EcosystemView = z.output<typeof ecosystemSchema>;
