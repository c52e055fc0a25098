import { z } from 'zod';
import { packageStateSchema } from './decision-views.js';
import { packageReasonSchema, packageSummarySchema } from './package-views.js';
import { queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

/** Query of GET /v1/verdict. */
export const verdictQuerySchema = strictObject({
  purl: z.string().min(1).max(2048).describe('Package URL with a version'),
  repository: queryText.min(1).optional().describe('Needed when more than one repository has the package'),
  workspace: queryText.min(1).default('default'),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(30)
    .default(0)
    .describe('Seconds to wait for the verdict of a package that is being judged'),
});

/** May this package be used? Anything but an answer 200 with `allowed: true` is a no. */
export const verdictSchema = z.object({
  allowed: z.boolean(),
  state: packageStateSchema,
  why: z.array(packageReasonSchema.extend({ decisionId: z.string() })),
  decision: z.object({ id: z.string(), decidedAt: z.string() }),
  package: packageSummarySchema.pick({ purl: true, workspace: true, repository: true, tags: true, promotion: true }),
});

export type VerdictQuery = z.infer<typeof verdictQuerySchema>;
export type Verdict = z.infer<typeof verdictSchema>;
