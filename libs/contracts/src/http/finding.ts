import { z } from 'zod';
import { strictObject } from './strict-object.js';

/** One remark on a policy's text. Lines and columns count from 1; both are 0 when no place in the text is meant. */
export const findingSchema = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  line: z.int(),
  column: z.int(),
});

/** Body of POST /v1/policies/check. */
export const checkPolicySchema = strictObject({
  rego: z
    .string()
    .min(1)
    .max(256 * 1024),
});

/** Answer of POST /v1/policies/check. */
export const checkReportSchema = z.object({ valid: z.boolean(), findings: z.array(findingSchema) });

export type Finding = z.infer<typeof findingSchema>;
