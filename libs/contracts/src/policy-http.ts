import { z } from 'zod';
import { environmentSchema } from './package-event.js';
import { visibleName } from './visible-name.js';

const tag = z.string().trim().min(1).max(100);

export const policyActionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SetPackageState'), state: z.enum(['available', 'quarantined', 'hidden', 'deleted']) }),
  z.object({ type: z.literal('AddPackageTags'), tags: z.array(tag).min(1).max(50) }),
  z.object({ type: z.literal('RemovePackageTags'), tags: z.array(tag).min(1).max(50) }),
]);

/** Which packages a policy is asked about; an empty or missing list means all. */
export const policyScopeSchema = z.object({
  repositories: z.array(z.string()).optional(),
  formats: z.array(z.string()).optional(),
  environments: z.array(environmentSchema).optional(),
  teams: z.array(z.string()).optional(),
  regions: z.array(z.string()).optional(),
});

/** What an error of the policy asks for: what a match would ask for, nothing, or what the policy asked for last. */
export const onErrorSchema = z.enum(['closed', 'open', 'hold']);

/** Body of POST /v1/policies and PUT /v1/policies/{id}. */
export const policyDraftSchema = z.object({
  name: visibleName(100),
  description: z.string().max(250).nullish(),
  rego: z
    .string()
    .min(1)
    .max(256 * 1024),
  parameters: z.record(z.string(), z.unknown()).default({}),
  scope: policyScopeSchema.default({}),
  precedence: z.int().min(0).max(32_767).default(1000),
  terminal: z.boolean().default(false),
  actions: z.array(policyActionSchema).max(20).default([]),
  onError: onErrorSchema.default('closed'),
});

export type PolicyAction = z.infer<typeof policyActionSchema>;
export type PolicyScope = z.infer<typeof policyScopeSchema>;
export type OnError = z.infer<typeof onErrorSchema>;
export type PolicyDraft = z.infer<typeof policyDraftSchema>;
