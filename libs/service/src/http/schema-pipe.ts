import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { SchemaIssue } from './describe-issue.js';
import { validationProblem } from './problem.js';
import { ProblemError } from './problem-error.js';

interface Schema {
  readonly '~standard': { validate(value: unknown): Validated | Promise<Validated> };
}

type Validated = { readonly issues?: undefined; readonly value: unknown } | { readonly issues: readonly SchemaIssue[] };

/** Validates arguments declared with a schema, as in `@Body({ schema })`: 422 for a body, 400 for anything else. */
export const schemaPipe: PipeTransform = {
  transform: async (value: unknown, metadata: ArgumentMetadata): Promise<unknown> => {
    const schema = (metadata as ArgumentMetadata & { readonly schema?: Schema }).schema;
    if (!schema || metadata.type === 'custom') return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw new ProblemError(
      validationProblem(PLACES[metadata.type], result.issues, metadata.type === 'body' ? undefined : metadata.data),
    );
  },
};

const PLACES = { body: 'body', query: 'query', param: 'path' } as const;
