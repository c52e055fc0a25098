import { inputJsonSchemas } from '@weir/contracts';
import { documentedBesides } from './documented-input.js';
import { anything, extended, list, map, record, scalar, type Shape } from './shape.js';

/** The part of JSON Schema (draft 7) that tells which members there are. */
export interface MembersSchema {
  readonly anyOf?: readonly MembersSchema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, MembersSchema>>;
  readonly additionalProperties?: MembersSchema | boolean;
  readonly items?: MembersSchema;
}

/**
 * The shape that a JSON Schema describes. What may be null has the shape of what it is else. An object with properties has
 * those and no other, also where others are allowed: a name that nobody wrote down is more likely misspelt than meant.
 */
export const shapeOf = (schema: MembersSchema): Shape => {
  const { anyOf, type, properties, additionalProperties, items } = schema;
  if (anyOf)
    return anyOf
      .filter((one) => one.type !== 'null')
      .map(shapeOf)
      .reduce(extended, scalar);
  if (Array.isArray(type)) return shapeOf({ anyOf: type.map((one: string) => ({ ...schema, type: one })) });
  if (properties)
    return {
      kind: 'record',
      members: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, shapeOf(member)])),
    };
  if (type === 'array') return list(shapeOf(items ?? {}));
  if (type === 'object')
    return map(typeof additionalProperties === 'object' ? shapeOf(additionalProperties) : anything);
  return type === undefined ? anything : scalar;
};

const schemas = inputJsonSchemas() as Readonly<Record<keyof ReturnType<typeof inputJsonSchemas>, MembersSchema>>;

/** Rego's `input`: what the facts' schemas tell, and what Cloudsmith documents besides. */
export const inputShape: Shape = extended(
  record('', { v0: shapeOf(schemas['input.v0.schema.json']), v1: shapeOf(schemas['input.v1.schema.json']) }),
  documentedBesides,
);
