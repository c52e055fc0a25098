import { z } from 'zod';
import { queryText } from './page-query.js';
import { strictObject } from './strict-object.js';

/** GET /v1/judging. */
export const judgingProgressQuerySchema = strictObject({ workspace: queryText.optional() });

const pendingSchema = z.object({
  policy: z.int().describe('Last looked at under another policy set'),
  engine: z.int().describe('Last looked at by another version of the engine'),
  freshness: z.int().describe('Last looked at when feeds were older, or younger'),
  time: z.int().describe('The instant has come at which their answer may change by itself, or a fault is asked again'),
});

/** Answer of GET /v1/judging: how far it is with judging again what is known. */
export const judgingProgressSchema = z.object({
  policyEvents: z.int().describe('Changes of policies that are in force; what has more of them is not in force yet'),
  asOf: z.string().describe('When it was counted; it is counted every half second at most'),
  workspaces: z.array(
    z.object({
      workspace: z.string(),
      policySetDigest: z.string().describe('The policy set in force'),
      pending: z.int().describe('Packages that are yet to be looked at again'),
      byCause: pendingSchema,
    }),
  ),
});

export type JudgingProgressQuery = z.infer<typeof judgingProgressQuerySchema>;
export type JudgingProgress = z.infer<typeof judgingProgressSchema>;
