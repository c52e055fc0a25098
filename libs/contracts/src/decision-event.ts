import { z } from 'zod';
import { causeSchema } from './enriched.js';
import { packageStateSchema } from './http/decision-views.js';
import { packageRefSchema, repositoryRefSchema } from './observed.js';

export const DECISION_EVENT_TYPE = 'dev.weir.decision.recorded.v1';

/** Content type of a CloudEvent in structured JSON mode. */
export const CLOUD_EVENT_CONTENT_TYPE = 'application/cloudevents+json';

/** Headers that repeat the place of a decision, for who wants to drop repeats before parsing, and tell whether it asks for anything. */
export const DECISION_HEADERS = { shard: 'weir-shard', position: 'weir-position', asks: 'weir-asks' } as const;

/** Value of the header `weir-asks` when no policy asks for anything: available, no tags, promotion allowed. */
export const ASKS_FOR_NOTHING = 'nothing';

/** Of a policy in scope that matched, gave a reason or failed; the policy set names the others. */
const policyResultSchema = z.object({
  policyId: z.string(),
  name: z.string().optional().describe('Absent when the policy does not match'),
  revision: z.int().describe('With policyId it names the terms in the policy set'),
  match: z.boolean().nullable().optional().describe('null when the policy gave no answer; absent: it does not match'),
  reasons: z
    .array(z.string())
    .optional()
    .describe('What the policy said; empty when the message was shortened; absent: nothing'),
  output: z.string().describe("JSON text of the policy's whole answer; {} when the message was shortened"),
  error: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .optional()
    .describe('null or absent when the policy did not fail'),
});

const desiredSchema = z.object({
  state: packageStateSchema,
  tags: z.array(z.string()),
  promotion: z.enum(['allowed', 'blocked']),
  because: z
    .array(z.object({ policyId: z.string(), name: z.string(), revision: z.int(), asks: z.string() }))
    .describe('The policies whose wish this is'),
});

/** Data of a decision event: the stored decision, as the log holds it. */
export const decisionDataSchema = z.object({
  workspace: z.string(),
  repository: repositoryRefSchema,
  package: packageRefSchema,
  presence: z.enum(['present', 'deleted']),
  cause: causeSchema,
  decidedAt: z.string().describe('The instant that policies saw as now'),
  factsDigest: z.string().nullable().describe('Names what was known; null once the package is deleted'),
  policySetDigest: z.string(),
  engineDigest: z.string(),
  freshnessDigest: z.string().optional().describe('Names when the feeds were loaded, where a policy reads it'),
  basis: z
    .string()
    .nullable()
    .optional()
    .describe('Names all that the answers rest on; null or absent in decisions of versions before'),
  said: z.string().nullable().optional().describe('Names what the policies said'),
  results: z.array(policyResultSchema).describe('Of the policies in scope that matched, gave a reason or failed'),
  desired: desiredSchema,
  before: z
    .object({ state: packageStateSchema, tags: z.array(z.string()) })
    .nullable()
    .describe('What was desired until now; null for a package never judged'),
  memory: z
    .record(z.string(), z.object({ match: z.boolean().nullable(), failures: z.int() }))
    .optional()
    .describe('What is remembered of policies that failed or hold'),
});

/**
 * Value of `decisions.recorded.v1`: a CloudEvents 1.0 event in structured JSON mode. `position` is text, since a
 * CloudEvents integer ends at 2,147,483,647 and a shard does not.
 */
export const decisionEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).describe('Id of the stored event, such as evaluation-3-120'),
  source: z.string().min(1).describe('/weir/ and the shard'),
  type: z.literal(DECISION_EVENT_TYPE),
  time: z.iso.datetime().describe('When it was decided'),
  subject: z.string().min(1).describe('The package key, workspace/repository/purl; also the key of the message'),
  datacontenttype: z.literal('application/json'),
  shard: z.string().min(1).describe('Shard of the log that holds the decision'),
  position: z
    .string()
    .regex(/^(?:0|[1-9]\d{0,15})$/)
    .describe(
      'Position in that shard, a whole number as text: contiguous from 0. A repeat is at or below the last one taken of its shard',
    ),
  wholeref: z
    .string()
    .optional()
    .describe('Only when data was shortened to fit: where the API serves the whole decision'),
  data: decisionDataSchema,
});
