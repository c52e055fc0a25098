import { z } from 'zod';
import { onErrorSchema, policyActionSchema, policyScopeSchema } from '../policy-http.js';
import { byField } from './key-views.js';
import { findingSchema } from './finding.js';
import { queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

const terms = {
  parameters: z.record(z.string(), z.unknown()),
  scope: policyScopeSchema,
  precedence: z.int(),
  terminal: z.boolean(),
  actions: z.array(policyActionSchema),
  onError: onErrorSchema,
};

export const policyRevisionViewSchema = z.object({
  revision: z.int(),
  revisionDigest: z.string(),
  rego: z.string(),
  regoDigest: z.string(),
  template: z.string().nullable().describe('The policy of the library that has this text'),
  ...terms,
  revisedAt: z.string(),
  by: byField,
});

const identity = {
  policyId: z.string(),
  workspace: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  activeRevision: z.int().nullable().describe('null when the policy is not active'),
  latestRevision: z.int(),
  retiredAt: z
    .string()
    .nullable()
    .describe('When it was put away for good; null while it can be revised and activated'),
  lastChange: z
    .object({ what: z.enum(['revised', 'activated', 'deactivated', 'retired']), at: z.string(), by: byField })
    .describe('What was done to it last, and who asked for it'),
};

/** A policy with all its revisions, oldest first. */
export const policyViewSchema = z.object({ ...identity, revisions: z.array(policyRevisionViewSchema) });

/** How much of the log of policies holds a change. */
const policyEvents = z
  .int()
  .describe('Changes of policies up to this one. GET /v1/judging tells how many are in force and what is yet to judge');

/** Answer to activating, deactivating or retiring a policy. */
export const changedPolicySchema = policyViewSchema.extend({ policyEvents });

/** Answer to saving a policy. */
export const savedPolicySchema = policyViewSchema.extend({ warnings: z.array(findingSchema) });

/** A policy in a list: the terms of its active revision, or of its latest when none is active. */
export const policySummarySchema = z.object({
  ...identity,
  template: z.string().nullable(),
  ...terms,
  revisedAt: z.string(),
});

export const policyListSchema = z.object({ policies: z.array(policySummarySchema) });

/** A policy of the library, to start one's own from. */
export const policyTemplateSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  kind: z.string(),
  rego: z.string(),
  parametersSchema: z.record(z.string(), z.unknown()).nullable().describe('JSON Schema of the parameters'),
  ...terms,
});

export const policyLibraryViewSchema = z.object({ templates: z.array(policyTemplateSchema) });

/** GET /v1/policies. */
export const listPoliciesQuerySchema = strictObject({
  workspace: queryText.optional(),
  retired: z.enum(['true', 'false']).optional().describe('true: those that were retired as well'),
});

export type ListPoliciesQuery = z.infer<typeof listPoliciesQuerySchema>;
export type ChangedPolicy = z.infer<typeof changedPolicySchema>;
export type PolicyView = z.infer<typeof policyViewSchema>;
export type PolicyRevisionView = z.infer<typeof policyRevisionViewSchema>;
export type SavedPolicy = z.infer<typeof savedPolicySchema>;
export type PolicySummary = z.infer<typeof policySummarySchema>;
export type PolicyTemplateView = z.infer<typeof policyTemplateSchema>;
