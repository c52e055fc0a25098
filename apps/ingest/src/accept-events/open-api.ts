import { packageEventData, packageEventSchema, packageEventTypes } from '@weir/contracts';
import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

const openApiSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
  });
  return rest;
};

/** One CloudEvent of any of our types, as OpenAPI describes it. */
export const eventOpenApi: JsonSchema = {
  oneOf: packageEventTypes.map((type) =>
    openApiSchema(packageEventSchema.extend({ type: z.literal(type), data: packageEventData[type] })),
  ),
};

export const batchOpenApi: JsonSchema = { type: 'array', maxItems: 1_000, items: eventOpenApi };

/** Data alone, for the binary mode, whose attributes are ce- headers: the type is there, so that data may be of several. */
export const dataOpenApi: JsonSchema = {
  anyOf: packageEventTypes.map((type) => openApiSchema(packageEventData[type])),
};

export const acceptedOpenApi: JsonSchema = openApiSchema(
  z.object({
    accepted: z.int().describe('Events that are durable now; the same event sent twice in a batch counts once'),
    events: z.array(
      z.object({
        id: z.string(),
        source: z.string(),
        packageKey: z.string().describe('workspace/repository/canonical purl'),
      }),
    ),
  }),
);

export const problemOpenApi: JsonSchema = openApiSchema(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON pointer to the field; /ce-... names a header'),
          detail: z.string(),
        }),
      )
      .optional(),
  }),
);
