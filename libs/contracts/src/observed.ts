import { z } from 'zod';
import { environmentSchema, packageMetadataSchema } from './package-event.js';

/** A repository inside messages and facts: nothing optional, unknown is null. */
export const repositoryRefSchema = z.object({
  name: z.string(),
  format: z
    .string()
    .describe('npm, python, maven, go, ruby, docker, ...; oci of pkg:oci packages of which nothing else was told'),
  environment: environmentSchema.nullable(),
  team: z.string().nullable(),
  region: z.string().nullable(),
});

export const packageRefSchema = z.object({
  purl: z.string().describe('Canonical package URL with the qualifiers that name another file'),
  type: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  version: z.string(),
  digest: z.string().nullable(),
});

export const observationSchema = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.enum(['published', 'copied', 'deleted', 'downloaded']),
  occurredAt: z.string(),
  receivedAt: z.string(),
  actor: z.string().nullable(),
});

/** Value of `packages.observed.v1`: one event that ingest accepted. */
export const packageObservedSchema = z.object({
  workspace: z.string(),
  repository: repositoryRefSchema,
  package: packageRefSchema,
  observation: observationSchema,
  metadata: packageMetadataSchema.nullable().describe('null when the event carries none: deleted, downloaded'),
});

export type RepositoryRef = z.infer<typeof repositoryRefSchema>;
export type PackageRef = z.infer<typeof packageRefSchema>;
export type Observation = z.infer<typeof observationSchema>;
export type PackageObserved = z.infer<typeof packageObservedSchema>;
