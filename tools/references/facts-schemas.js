// docs/reference/input.v{0,1}.schema.json: what policies may read, from the zod schemas of the facts.
import { inputJsonSchemas } from '../../libs/contracts/dist/index.js';

export const references = () =>
  Object.entries(inputJsonSchemas()).map(([name, schema]) => ({
    path: `docs/reference/${name}`,
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }));
