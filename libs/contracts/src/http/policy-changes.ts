import { z } from 'zod';
import { workspaceNameSchema } from '../workspace-name.js';
import { named, policyContentFields, regoOrTemplate } from './save-policy.js';
import { strictObject } from './strict-object.js';

const policyId = z.string().min(1).max(100).describe('Id of a policy of the workspace');

const saveChangeSchema = strictObject({
  change: z.literal('save'),
  policyId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('The policy that gets a revision; a new one is made unless given'),
  baseRevision: z.int().min(1).optional().describe('The revision that was edited; refused when there is a later one'),
  active: z
    .boolean()
    .optional()
    .describe('true: the latest revision is active after it. false: none is. Unless given, what is active stays'),
  ...policyContentFields,
})
  .superRefine(regoOrTemplate)
  .superRefine((change, context) => {
    if (change.policyId === undefined) named(change, context);
  });

/** One change of a policy. */
export const policyChangeSchema = z.discriminatedUnion('change', [
  saveChangeSchema,
  strictObject({
    change: z.literal('activate'),
    policyId,
    revision: z.int().min(1).optional().describe('The latest unless given'),
  }),
  strictObject({ change: z.literal('deactivate'), policyId }),
  strictObject({ change: z.literal('retire'), policyId }),
]);

/** Body of POST /v1/policy-changes: changes of one workspace's policies, made in this order, all at once or none. */
export const changePoliciesSchema = strictObject({
  workspace: workspaceNameSchema.default('default'),
  dryRun: z.boolean().default(false).describe('true: check and compile, tell what would change, and store nothing'),
  changes: z.array(policyChangeSchema).min(1).max(200),
});

/** What became, or would become, of one policy. */
const changedSchema = z.object({
  policyId: z.string(),
  name: z.string(),
  created: z.boolean(),
  revisionBefore: z.int().nullable(),
  revisionAfter: z.int(),
  activeBefore: z.int().nullable().describe('The active revision; null when none was'),
  activeAfter: z.int().nullable(),
  retired: z.boolean(),
});

/** Answer of POST /v1/policy-changes. */
export const policiesChangedSchema = z.object({
  changeSet: z.string().nullable().describe('Names the change in the log; null when there was nothing to change'),
  dryRun: z.boolean(),
  policyEvents: z
    .int()
    .describe('Changes of policies up to these. GET /v1/judging tells how many are in force and what is yet to judge'),
  changed: z.array(changedSchema).describe('Policies that are another after it; those that were as asked are left out'),
  warnings: z.array(z.object({ at: z.int(), code: z.string(), message: z.string(), line: z.int(), column: z.int() })),
});

export type PolicyChangeBody = z.infer<typeof policyChangeSchema>;
export type ChangePolicies = z.infer<typeof changePoliciesSchema>;
export type PoliciesChanged = z.infer<typeof policiesChangedSchema>;
