import { z } from 'zod';
import { expressionSchema, pathSchema } from './expression.js';

export const KINDS = ['published', 'copied', 'deleted', 'downloaded'] as const;
export type Kind = (typeof KINDS)[number];

const kindSchema = z.enum([...KINDS, 'ignore']);

const typeSchema = z.union([
  z.enum(KINDS),
  z.strictObject({
    from: expressionSchema.describe('What the registry calls its event: a path, or a template of several'),
    values: z
      .record(z.string(), kindSchema)
      .describe(
        'What each of its names means; a key that ends in * stands for all that begin so, and the longest counts',
      ),
  }),
]);

const timeSchema = z.union([
  expressionSchema,
  z.strictObject({ from: pathSchema, unit: z.enum(['seconds', 'milliseconds']).describe('Of a number since 1970') }),
]);

const purlSchema = z.union([
  expressionSchema,
  z
    .strictObject({
      type: expressionSchema.describe('Such as npm, maven, docker'),
      namespace: expressionSchema.optional().describe('Its slashes divide it'),
      name: expressionSchema.optional(),
      fullName: expressionSchema
        .optional()
        .describe('Namespace and name in one, divided at the last slash; instead of both'),
      version: expressionSchema,
      qualifiers: z
        .record(z.string(), expressionSchema)
        .optional()
        .describe(
          'What names one file of several, such as arch or classifier; one that a message does not hold is left out',
        ),
    })
    .refine(
      ({ name, fullName, namespace }) =>
        fullName === undefined ? name !== undefined : name === undefined && namespace === undefined,
      'needs name, or fullName instead of namespace and name',
    ),
]);

const METADATA = [
  'license',
  'publishedAt',
  'size',
  'filename',
  'summary',
  'description',
  'tags',
  'dependencies',
] as const;

/** How messages of a registry become package events: a path, a template or a constant for each field. */
export const mappingSchema = z.strictObject({
  each: pathSchema.optional().describe('Path to an array, each entry of which is an event; @ is the entry'),
  type: typeSchema.describe(
    'published, copied, deleted or downloaded, or a table of what the registry calls its events; ignore leaves them out',
  ),
  id: expressionSchema.optional().describe("Unless told, the CloudEvent's, else topic, partition and offset"),
  source: expressionSchema.optional().describe("Unless told, the CloudEvent's, else /upstream/ and the name"),
  time: timeSchema.optional().describe("Unless told, the CloudEvent's, else when it is read"),
  workspace: expressionSchema.optional(),
  repository: z.strictObject({
    name: expressionSchema,
    format: expressionSchema.optional(),
    environment: expressionSchema.optional(),
    team: expressionSchema.optional(),
    region: expressionSchema.optional(),
  }),
  purl: purlSchema.describe(
    'A package URL, a template of one, or its parts; what fills a template or a part is percent-encoded',
  ),
  digest: expressionSchema.optional(),
  actor: expressionSchema.optional(),
  metadata: z
    .strictObject(
      Object.fromEntries(METADATA.map((name) => [name, expressionSchema.optional()])) as Record<
        (typeof METADATA)[number],
        z.ZodOptional<typeof expressionSchema>
      >,
    )
    .optional(),
});

export type Mapping = z.output<typeof mappingSchema>;
