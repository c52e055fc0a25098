import { z } from 'zod';
import { observationSchema, packageRefSchema, repositoryRefSchema } from './observed.js';

/** Why a package is judged now. */
export const causeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('observation'), observation: observationSchema }),
  z.object({
    kind: z.literal('feed'),
    feed: z.enum(['osv', 'epss', 'kev']),
    revision: z.string().describe('Names the load: score date, catalogue version or digest'),
    /** Fact paths that may have moved, such as v0.vulnerabilities.epss. */
    changed: z.array(z.string()),
    /** What moved, for people: CVE or advisory ids, at most 20. */
    because: z.array(z.string()),
  }),
  z.object({ kind: z.literal('policy'), policySetDigest: z.string() }),
  z.object({ kind: z.literal('engine'), engineDigest: z.string() }).describe('Another engine judges from now on'),
  z
    .object({ kind: z.literal('freshness'), freshnessDigest: z.string().nullable() })
    .describe('A feed was loaded, and a policy reads when'),
  z.object({ kind: z.literal('time'), dueAt: z.string() }),
  z
    .object({ kind: z.literal('retry'), policies: z.array(z.string()) })
    .describe('Policies that had failed were asked again'),
]);

/**
 * Header `weir-envelope` of the enriched lanes, as JSON. The message value is the facts document itself, byte for byte
 * what the digest names, or empty when it is larger than a message may be: then it lies in the evidence store.
 */
export const enrichedEnvelopeSchema = z.object({
  workspace: z.string(),
  repository: repositoryRefSchema,
  package: packageRefSchema,
  /** Once a package was deleted its facts are gone: factsDigest is null. */
  presence: z.enum(['present', 'deleted']),
  factsDigest: z.string().nullable(),
  /** Rises with every facts document of a package: between two lanes the higher one is the newer. */
  sequence: z.int().nonnegative(),
  cause: causeSchema,
  /** Of an observation: its place among those of the package, from 1. Absent in what versions before sent. */
  ordinal: z.int().positive().optional(),
});

export const ENVELOPE_HEADER = 'weir-envelope';

export type Cause = z.infer<typeof causeSchema>;
export type EnrichedEnvelope = z.infer<typeof enrichedEnvelopeSchema>;
