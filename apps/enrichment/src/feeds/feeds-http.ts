import { z } from 'zod';
import { FEED_KINDS } from '@weir/contracts';

export const feedKindSchema = z.enum(FEED_KINDS);

const printable = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'holds a control character: remove it');

/** Query of POST /v1/feeds/{kind}. */
export const loadFeedQuerySchema = z.object({
  revision: printable(200).optional().describe('Names the load; the date or digest of the feed unless given'),
  name: printable(255).optional().describe('What the file is called'),
  replace: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: puts the file in the place of what is known, although that is newer or the file takes much away'),
  by: printable(200).optional().describe('Who says so; needed to replace'),
  because: printable(1000).optional().describe('Why; needed to replace'),
});

export type LoadFeedQuery = z.output<typeof loadFeedQuerySchema>;

const count = z.int().nonnegative();

const placedRecords = z.array(
  z.object({
    line: z.int().optional(),
    entry: z.string().optional(),
    id: z.string().optional(),
    reason: z.string(),
  }),
);

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
  skipped: placedRecords.describe('The first 1,000 records that could not be used'),
  incompleteRecords: count
    .optional()
    .describe(
      'osv: records of which a part could not be read; the rest of them counts, and of that part what was known',
    ),
  incomplete: placedRecords.optional().describe('The first 1,000 of them, with the paths that were left out'),
  ecosystems: z.record(z.string(), count).optional().describe('osv: how many records name a package of each ecosystem'),
  covers: z
    .array(z.string())
    .optional()
    .describe('osv: the ecosystems whose packages count as scanned by now: the file holds a record about each alone'),
  affectedPackages: count.describe('Packages that are looked at again'),
  content: z.string().nullable().describe('Digest of the file as it was sent: names it when it is accepted'),
  awaited: count.describe('Known entries that the file leaves out or lowers, and that stay until a second day says so'),
  heldBack: z
    .object({ reason: z.string(), absent: count, lowered: count })
    .nullable()
    .describe('Set when the file takes away more than its feed ever does: what it adds was taken, the rest waits'),
  durationMs: count,
});

/** Body of POST /v1/feeds/{kind}/accept. */
export const acceptFileSchema = z.strictObject({
  content: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'is no digest: give what GET /v1/feeds shows as heldBack.content')
    .describe('Digest of the newest file of the feed'),
  by: printable(200).describe('Who lets it in'),
  because: printable(1000).describe('Why'),
});

export type AcceptFileBody = z.output<typeof acceptFileSchema>;

/** Answer of POST /v1/feeds/{kind}/accept. */
export const feedAcceptedSchema = z.object({
  feed: feedKindSchema,
  revision: z.string(),
  content: z.string(),
  changed: count.describe('Entries that were lowered'),
  removed: count,
  affectedPackages: count.describe('Packages that are looked at again'),
});
