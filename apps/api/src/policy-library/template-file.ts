import { onErrorSchema, policyActionSchema, policyScopeSchema } from '@weir/contracts';
import { z } from 'zod';

const property = z.looseObject({ description: z.string(), default: z.json() });

/** A policy's template.yaml; policies/template.schema.json says the same to editors. */
export const templateFileSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string().max(250),
  kind: z.enum(['vulnerability', 'licence', 'time', 'lifecycle']),
  parameters: z.strictObject({
    type: z.literal('object'),
    additionalProperties: z.literal(false),
    properties: z.record(z.string(), property),
  }),
  scope: policyScopeSchema,
  precedence: z.int().min(0).max(32_767),
  terminal: z.boolean(),
  actions: z.array(policyActionSchema),
  onError: onErrorSchema,
  reads: z.array(z.string()),
});

const compiledPolicySchema = z.strictObject({
  template: z.string(),
  regoDigest: z.string(),
  slots: z.array(z.strictObject({ slot: z.string(), entrypoint: z.string() })).min(1),
  reads: z.strictObject({
    analysis: z.int(),
    inputPaths: z.array(z.string()),
    clock: z.boolean(),
    time: z.enum(['never', 'oneWay', 'quarterHours', 'anyTime']).optional(),
    builtins: z.array(z.string()),
  }),
});

/** compiled/library.json, as tools/compile-policy-library.js writes it. */
export const libraryFileSchema = z.strictObject({
  digest: z.string(),
  policies: z.array(compiledPolicySchema),
  former: z.array(compiledPolicySchema).default([]),
});

export type TemplateFile = z.infer<typeof templateFileSchema>;
export type LibraryFile = z.output<typeof libraryFileSchema>;
export type CompiledPolicy = LibraryFile['policies'][number];
