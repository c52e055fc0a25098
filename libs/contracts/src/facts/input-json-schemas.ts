import { z } from 'zod';
import { inputV0Schema } from './input-v0.js';
import { inputV1Schema } from './input-v1.js';

/** The JSON Schemas (draft 7, the newest that OPA's type checker reads) of `input.v0` and `input.v1`, keyed by their file name under docs/reference. */
export function inputJsonSchemas(): Readonly<Record<'input.v0.schema.json' | 'input.v1.schema.json', unknown>> {
  return {
    'input.v0.schema.json': z.toJSONSchema(inputV0Schema, { target: 'draft-7' }),
    'input.v1.schema.json': z.toJSONSchema(inputV1Schema, { target: 'draft-7' }),
  };
}
