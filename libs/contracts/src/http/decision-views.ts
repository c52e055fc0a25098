import { z } from 'zod';
import { causeSchema } from '../enriched.js';
import { environmentSchema } from '../package-event.js';
import { nextCursorSchema, pageQuery, partialSchema, queryInstant, queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

export const packageStateSchema = z.enum(['available', 'quarantined', 'hidden', 'deleted']);

/** Why a package was judged. */
export const causeKindSchema = z.enum(causeSchema.options.map(({ shape }) => shape.kind.value));

const standing = z.object({ state: packageStateSchema, tags: z.array(z.string()) });

/** A decision in lists and in the stream. */
export const decisionSummarySchema = z.object({
  id: z.string().describe('Names the event in the log, such as evaluation-3-120'),
  workspace: z.string(),
  repository: z.string(),
  purl: z.string(),
  decidedAt: z.string(),
  cause: z.object({
    kind: causeKindSchema,
    detail: z.string().describe('For people: what was observed, which feed, what it changed'),
  }),
  before: standing.nullable().describe('null when the package was never judged before'),
  after: standing,
  changed: z.boolean().describe('Whether state or tags differ from before'),
  matched: z.array(z.object({ policyId: z.string(), policy: z.string(), revision: z.int() })),
  errored: z.array(z.object({ policyId: z.string(), policy: z.string(), code: z.string(), message: z.string() })),
  factsDigest: z.string().nullable(),
  policySetDigest: z.string(),
});

export const decisionPageSchema = z.object({
  decisions: z.array(decisionSummarySchema),
  nextCursor: nextCursorSchema,
  partial: partialSchema,
});

/** Query of GET /v1/packages/{purl}/decisions. */
export const packageDecisionsQuerySchema = strictObject({
  workspace: queryText.optional(),
  repository: queryText.optional(),
  changed: z.enum(['true', 'false']).optional().describe('true: only those that changed state or tags'),
  policy: queryText.optional().describe('Id of a policy that matched'),
  since: queryInstant.optional().describe('Decided then or later, RFC 3339'),
  until: queryInstant.optional().describe('Decided before, RFC 3339'),
  ...pageQuery,
});

/** Query of GET /v1/decisions, latest first. */
export const listDecisionsQuerySchema = strictObject({
  ...packageDecisionsQuerySchema.shape,
  state: packageStateSchema.optional().describe('State after the decision'),
  environment: environmentSchema.optional().describe('On packages of repositories of this environment'),
  fault: z.enum(['true']).optional().describe('true: only those in which a policy failed'),
});

/** GET /v1/decisions/{id}: the event as the log holds it. */
export const storedDecisionSchema = z.object({
  id: z.string(),
  shard: z.string(),
  position: z.int(),
  hash: z.string().describe('RFC 6962 leaf hash; the next event of the shard names it'),
  type: z.string(),
  version: z.int(),
  subject: z.string(),
  occurredAt: z.string(),
  recordedAt: z.string(),
  traceparent: z.string().nullable(),
  asked: z
    .array(
      z.object({
        policyId: z.string(),
        policy: z.string(),
        revision: z.int(),
        answer: z.enum(['match', 'no match', 'undefined', 'failed']),
      }),
    )
    .describe(
      'Every policy in scope, in the order of application, with its answer; what was said beyond that is in data.results',
    ),
  data: z
    .record(z.string(), z.unknown())
    .describe('The DecisionRecorded event: cause, the results that say something, desired state'),
});

/** Query of GET /v1/stream. */
export const streamQuerySchema = strictObject({
  workspace: queryText.optional(),
  changed: z.enum(['true', 'false']).optional().describe('true: only decisions that changed state or tags'),
});

export type DecisionSummary = z.infer<typeof decisionSummarySchema>;
export type DecisionPage = z.infer<typeof decisionPageSchema>;
export type PackageDecisionsQuery = z.infer<typeof packageDecisionsQuerySchema>;
export type ListDecisionsQuery = z.infer<typeof listDecisionsQuerySchema>;
export type StoredDecision = z.infer<typeof storedDecisionSchema>;
export type StreamQuery = z.infer<typeof streamQuerySchema>;
