import { z } from 'zod';
import { environmentSchema } from '../package-event.js';
import { onErrorSchema, policyActionSchema, policyDraftSchema } from '../policy-http.js';
import { CLOUDSMITH_FORMATS, isFormatName } from '../purl/package-format.js';
import { strictObject } from './strict-object.js';
import { workspaceNameSchema } from '../workspace-name.js';

const fields = policyDraftSchema.shape;

/** A name that a repository can have: events give them trimmed and no longer, and they are compared whole. */
const scopeName = z
  .string()
  .min(1)
  .max(100, 'is longer than any name: at most 100 characters')
  .refine((name) => name === name.trim(), 'begins or ends with a blank, which no name does: remove it')
  .refine((name) => !/[*?]/.test(name), 'is no pattern: names are compared whole, so list each of them');

const NO_FORMAT = `is no format: use one of ${CLOUDSMITH_FORMATS.join(', ')}, or a package type such as gem or bazel`;

/** Like `policyScopeSchema`, but a misspelt list is refused: ignoring it would widen the policy to everything. */
const scope = strictObject({
  repositories: z.array(scopeName).optional(),
  formats: z.array(scopeName.refine(isFormatName, NO_FORMAT)).optional(),
  environments: z.array(environmentSchema).optional(),
  teams: z.array(scopeName).optional(),
  regions: z.array(scopeName).optional(),
});

/** What a policy consists of, as requests give it. */
export const policyContentFields = {
  name: fields.name.optional().describe("Unless given: the template's title for a new policy, else the name it has"),
  description: fields.description,
  rego: fields.rego.optional().describe('Text of the policy; leave it out when a template is named'),
  template: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Name of a policy of GET /v1/policy-library, which fills in what is left out'),
  parameters: z.record(z.string(), z.unknown()).optional().describe('What the policy reads as data.parameters'),
  scope: scope.optional(),
  precedence: z.int().min(0).max(32_767).optional().describe('Lower is applied earlier; 1000 unless given'),
  terminal: z.boolean().optional().describe('A match ends the evaluation of later policies'),
  actions: z.array(policyActionSchema).max(20).optional(),
  onError: onErrorSchema.optional(),
};

/** Where a text may come from. */
export interface Named {
  readonly name?: string | undefined;
  readonly rego?: string | undefined;
  readonly template?: string | undefined;
}

/** Refuses what names neither a text nor a template, or both. */
export const regoOrTemplate = (policy: Named, context: z.core.$RefinementCtx<Named>): void => {
  const refuse = (field: keyof Named, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message, input: policy });
  if (policy.rego === undefined && policy.template === undefined)
    refuse('rego', 'is required: give the text of the policy, or name a template of GET /v1/policy-library');
  if (policy.rego !== undefined && policy.template !== undefined)
    refuse('template', 'cannot stand beside rego: remove one of the two');
};

/** Refuses a new policy with a text of its own and no name. */
export const named = (policy: Named, context: z.core.$RefinementCtx<Named>): void => {
  if (policy.name !== undefined || policy.rego === undefined) return;
  context.addIssue({ code: 'custom', path: ['name'], message: 'is required: name the policy', input: policy });
};

/** Body of POST /v1/policies: a policy of one's own, or one from the library with what differs. */
export const createPolicySchema = strictObject({
  workspace: workspaceNameSchema.default('default'),
  ...policyContentFields,
})
  .superRefine(regoOrTemplate)
  .superRefine(named);

/** Body of PUT /v1/policies/{id}: the whole content of the next revision; name and description stay unless given. */
export const revisePolicySchema = strictObject({
  baseRevision: z.int().min(1).optional().describe('The revision that was edited; refused when there is a later one'),
  ...policyContentFields,
}).superRefine(regoOrTemplate);

/** Body of POST /v1/policies/{id}/activate. */
export const activatePolicySchema = strictObject({
  revision: z.int().min(1).optional().describe('The latest unless given'),
});

export type CreatePolicy = z.infer<typeof createPolicySchema>;
export type RevisePolicyBody = z.infer<typeof revisePolicySchema>;
export type PolicyContent = Omit<RevisePolicyBody, 'baseRevision'>;
