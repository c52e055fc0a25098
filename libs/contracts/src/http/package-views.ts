import { z } from 'zod';
import { unreadPartSchema } from '../facts/input-v1.js';
import { environmentSchema } from '../package-event.js';
import { causeKindSchema, packageStateSchema } from './decision-views.js';
import { nextCursorSchema, pageQuery, partialSchema, queryInstant, queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

/** A policy that asked for something, and why. */
export const packageReasonSchema = z.object({
  policyId: z.string(),
  policy: z.string(),
  revision: z.int(),
  asks: z.array(z.string()).describe('A state, or tags to add or remove'),
  reasons: z.array(z.string()),
  error: z.string().nullable().describe('Set when the policy failed and asks for this by its failure mode'),
});

export const packageSummarySchema = z.object({
  purl: z.string(),
  name: z.string(),
  version: z.string(),
  workspace: z.string(),
  repository: z.string(),
  environment: environmentSchema.nullable(),
  format: z.string(),
  team: z.string().nullable(),
  presence: z.enum(['present', 'deleted']),
  state: packageStateSchema,
  tags: z.array(z.string()),
  promotion: z.enum(['allowed', 'blocked']),
  reasons: z.array(packageReasonSchema),
  decision: z.object({ id: z.string(), decidedAt: z.string(), cause: causeKindSchema }),
  changedAt: z.string().describe('When state or tags last changed'),
});

export const packagePageSchema = z.object({
  packages: z.array(packageSummarySchema),
  nextCursor: nextCursorSchema,
  previousCursor: z.string().nullable().describe('Asks for the page before; null on the first one'),
  total: z
    .int()
    .nullable()
    .describe(
      'How many packages fit, counted to 1000000; null unless asked for with total=true, and when to count them takes too long',
    ),
  partial: partialSchema,
});

/** What the action service did about a package. */
export const packageEffectSchema = z.object({
  effectId: z.string(),
  decisionId: z.string(),
  kind: z.string(),
  requestedAt: z.string(),
  deliveries: z.record(
    z.string(),
    z.object({
      status: z.enum(['pending', 'retrying', 'delivered', 'abandoned', 'superseded']),
      attempts: z.int(),
      at: z.string(),
      detail: z.string(),
    }),
  ),
});

/** GET /v1/packages/{purl}: the package in every repository that has it. */
export const packageDetailSchema = z.object({
  purl: z.string(),
  related: z
    .array(z.string())
    .describe('Other files of the same version, and packages whose names differ in case alone; at most 100'),
  repositories: z.array(
    packageSummarySchema.extend({
      effects: z.array(packageEffectSchema).describe('Latest first, at most 20'),
      unread: z
        .array(unreadPartSchema)
        .describe('What was said of the package and could not be read when the decision was made'),
    }),
  ),
});

/** Query of GET /v1/packages: what changed last first, or by name. */
export const listPackagesQuerySchema = strictObject({
  workspace: queryText.optional(),
  repository: queryText.optional(),
  state: packageStateSchema.optional().describe('Packages that were deleted are listed only when state is deleted'),
  tag: queryText.optional(),
  policy: queryText.optional().describe('Id of a policy that asks for the state or a tag'),
  format: queryText.optional(),
  environment: environmentSchema.optional().describe('Of repositories of this environment'),
  since: queryInstant.optional().describe('State or tags changed then or later, RFC 3339'),
  until: queryInstant.optional().describe('State or tags changed before, RFC 3339'),
  q: queryText
    .optional()
    .describe(
      'Words that the package URL holds, each of them, in any case: a name, a version, a package URL or a part of it',
    ),
  sort: z.enum(['changed', 'name']).default('changed'),
  total: z.enum(['true', 'false']).optional().describe('true: how many there are as well'),
  ...pageQuery,
  cursor: pageQuery.cursor.describe('`nextCursor` or `previousCursor` of a page, or `last` for the last page'),
});

/** Query of GET /v1/packages/{purl}. */
export const packageQuerySchema = strictObject({ workspace: queryText.optional(), repository: queryText.optional() });

export type PackageSummary = z.infer<typeof packageSummarySchema>;
export type PackagePage = z.infer<typeof packagePageSchema>;
export type PackageEffect = z.infer<typeof packageEffectSchema>;
export type UnreadPart = z.infer<typeof unreadPartSchema>;
export type PackageDetail = z.infer<typeof packageDetailSchema>;
export type ListPackagesQuery = z.infer<typeof listPackagesQuerySchema>;
export type PackageQuery = z.infer<typeof packageQuerySchema>;
