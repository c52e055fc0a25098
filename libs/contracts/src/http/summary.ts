import { z } from 'zod';
import { decisionSummarySchema } from './decision-views.js';
import { queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

export const summaryQuerySchema = strictObject({ workspace: queryText.optional() });

/** GET /v1/summary: what the first page of the console shows. */
export const summarySchema = z.object({
  packages: z.object({
    total: z.int(),
    byState: z.object({ available: z.int(), quarantined: z.int(), hidden: z.int(), deleted: z.int() }),
  }),
  unjudged: z
    .object({ beingJudged: z.int(), refused: z.int() })
    .describe('Packages that were accepted and have no decision yet; refused: their event is a dead letter'),
  decisionsPerHour: z
    .array(z.object({ hour: z.string().describe('Begin of the hour'), decisions: z.int(), changed: z.int() }))
    .describe('The last 24 hours, oldest first, hours without decisions included'),
  lastDecisions: z.array(decisionSummarySchema).describe('At most 10, latest first'),
  policyFaults: z
    .array(
      z.object({
        policyId: z.string(),
        policy: z.string(),
        code: z.string(),
        message: z.string(),
        count: z.int(),
        lastAt: z.string(),
        lastDecisionId: z.string(),
      }),
    )
    .describe('Policies that failed in the last 24 hours'),
});

export type SummaryQuery = z.infer<typeof summaryQuerySchema>;
export type Summary = z.infer<typeof summarySchema>;
