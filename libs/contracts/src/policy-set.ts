import { z } from 'zod';
import { onErrorSchema, policyActionSchema, policyScopeSchema } from './policy-http.js';

/**
 * All active policies of a workspace at one moment: stored as evidence by the digest of its canonical JSON, and named
 * by every decision. `module` is the one Wasm that holds an entrypoint for each policy.
 */
export const policySetSchema = z.object({
  workspace: z.string(),
  module: z.object({ wasmDigest: z.string() }).nullable().describe('null when no policy is active'),
  policies: z.array(
    z.object({
      policyId: z.string(),
      /** The policy's name inside the module: what the engine is asked for. */
      slot: z.string(),
      name: z.string(),
      revision: z.int().positive(),
      revisionDigest: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      scope: policyScopeSchema,
      precedence: z.int(),
      terminal: z.boolean(),
      actions: z.array(policyActionSchema),
      onError: onErrorSchema,
      reads: z.object({
        analysis: z.int().optional().describe('How they were found; absent in sets of versions before'),
        inputPaths: z.array(z.string()),
        clock: z.boolean(),
        time: z
          .enum(['never', 'oneWay', 'quarterHours', 'anyTime'])
          .optional()
          .describe('How time can change the answer'),
        builtins: z.array(z.string()),
      }),
    }),
  ),
});

export type PolicySet = z.infer<typeof policySetSchema>;
export type ActivePolicy = PolicySet['policies'][number];
