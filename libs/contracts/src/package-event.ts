import { z } from 'zod';
import { bytesAtMost } from './bytes-at-most.js';
import { visibleName } from './visible-name.js';
import { workspaceNameSchema } from './workspace-name.js';

const text = (max: number) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true });
const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is no SHA-256 digest: write it as sha256: and 64 lower-case hex digits');

export const environmentSchema = z.enum(['production', 'staging', 'development']);

/** The repository as its registry describes it. */
export const repositorySchema = z.object({
  name: visibleName(100).describe('Name of the repository; policies compare it'),
  format: text(100)
    .nullish()
    .describe(
      'Format of the repository; needed only where the package type does not say it: raw, helm, terraform, ...',
    ),
  environment: environmentSchema.nullish().describe('production, staging or development'),
  team: text(100).nullish().describe('Team that owns the repository'),
  region: text(100).nullish().describe('Storage region'),
});

const subject = z.object({
  workspace: workspaceNameSchema.default('default'),
  repository: repositorySchema,
  purl: text(2048).describe(
    'Package URL with a version, such as pkg:npm/lodash@4.17.20; with qualifiers where they name another file',
  ),
  digest: digest.nullish().describe('Digest of the primary file'),
  actor: text(200).nullish().describe('Who caused the event'),
});

/** What a registry knows about a package when it is published or copied. */
export const packageMetadataSchema = z.object({
  license: z
    .union([z.string().max(4096), z.record(z.string(), z.unknown()), z.array(z.unknown())])
    .nullish()
    .describe('Licence as the package states it'),
  publishedAt: instant.nullish().describe('When the version was first published upstream'),
  size: z.int().nonnegative().nullish().describe('Bytes of the primary file'),
  filename: text(255).nullish(),
  summary: z.string().max(255).nullish(),
  description: z.string().max(12_288).nullish(),
  tags: z.array(text(255)).max(100).optional(),
  dependencies: z
    .array(z.object({ name: text(300), requirement: z.string().max(500).nullish() }))
    .max(5000)
    .optional(),
});

const published = subject.extend(packageMetadataSchema.shape);

/** Data of each event type that registries may send. */
export const packageEventData = {
  'dev.weir.package.published.v1': published,
  'dev.weir.package.copied.v1': published.extend({
    from: z
      .object({ repository: text(100) })
      .nullish()
      .describe('Where it was copied from'),
  }),
  'dev.weir.package.deleted.v1': subject,
  'dev.weir.package.downloaded.v1': subject,
} as const;

export type PackageEventType = keyof typeof packageEventData;
export const packageEventTypes = Object.keys(packageEventData) as PackageEventType[];

/** A CloudEvents 1.0 event about a package, in structured JSON mode. */
export const packageEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: text(255)
    .superRefine(bytesAtMost(510))
    .describe(
      'Unique for its source and workspace; the same of all three twice is one observation. At most 510 bytes in UTF-8',
    ),
  source: text(2048).superRefine(bytesAtMost(2048)).describe('Who sends it, as a URI. At most 2048 bytes in UTF-8'),
  type: z.enum(packageEventTypes as [PackageEventType, ...PackageEventType[]]),
  time: instant.optional(),
  subject: z.string().max(2048).optional(),
  datacontenttype: z.string().optional(),
  dataschema: z.string().optional(),
  data: z.unknown(),
});

export type PackageMetadata = z.infer<typeof packageMetadataSchema>;
export type PackageEvent = z.infer<typeof packageEventSchema>;
