import { z } from 'zod';
import { nextCursorSchema, pageQuery, queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

/** Query of GET /v1/unjudged. */
export const unjudgedQuerySchema = strictObject({ ...pageQuery, workspace: queryText.min(1).optional() });

export const unjudgedPackageSchema = z.object({
  purl: z.string(),
  workspace: z.string(),
  repository: z.string(),
  acceptedAt: z.string().describe('When its latest event was accepted'),
  refusedAt: z.string().nullable().describe('When it became a dead letter; null while it is being judged'),
  refusedBecause: z.string().nullable(),
});

/** What was accepted and has no decision yet, the longest first. */
export const unjudgedPageSchema = z.object({
  packages: z.array(unjudgedPackageSchema),
  nextCursor: nextCursorSchema,
});

export type UnjudgedQuery = z.infer<typeof unjudgedQuerySchema>;
export type UnjudgedPackage = z.infer<typeof unjudgedPackageSchema>;
export type UnjudgedPage = z.infer<typeof unjudgedPageSchema>;
