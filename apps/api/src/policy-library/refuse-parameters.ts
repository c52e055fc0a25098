import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { PolicyTemplate } from './policy-library.js';

const validators = new WeakMap<object, (parameters: unknown) => readonly ErrorObject[]>();

/** What is wrong with the parameters of a policy that has the template's text, one entry for each wrong one. */
export const refuseParameters = (
  template: PolicyTemplate,
  parameters: Readonly<Record<string, unknown>>,
): readonly { readonly pointer: string; readonly detail: string }[] => {
  const schema = template.parametersSchema;
  if (!schema) return [];
  const validate = validators.get(schema) ?? validatorOf(schema);
  validators.set(schema, validate);
  return validate(parameters).map((error) => ({
    pointer: `/parameters${error.instancePath}`,
    detail: detailOf(error, schema),
  }));
};

const validatorOf = (schema: Readonly<Record<string, unknown>>) => {
  const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile({ ...schema });
  return (parameters: unknown): readonly ErrorObject[] => (validate(parameters) ? [] : [...(validate.errors ?? [])]);
};

const detailOf = (error: ErrorObject, schema: Readonly<Record<string, unknown>>): string => {
  if (error.keyword !== 'additionalProperties') return `${error.message ?? 'is not valid'}${hint(error)}`;
  const known = Object.keys((schema['properties'] as object | undefined) ?? {});
  const unknown = String((error.params as { readonly additionalProperty?: unknown }).additionalProperty);
  return `has no parameter ${unknown}: ${known.length === 0 ? 'this policy takes none' : `use one of ${known.join(', ')}`}`;
};

const hint = (error: ErrorObject): string =>
  error.keyword === 'enum'
    ? `: ${JSON.stringify((error.params as { readonly allowedValues?: unknown }).allowedValues)}`
    : '';
