// docs/reference/upstreams.schema.json: the file that UPSTREAM_FILE names, from the zod schema that reads it.
import { z } from 'zod';
import { upstreamsSchema } from '../../apps/ingest/dist/index.js';

export const references = () => [
  {
    path: 'docs/reference/upstreams.schema.json',
    text: `${JSON.stringify({ title: 'UPSTREAM_FILE of Weir', ...z.toJSONSchema(upstreamsSchema, { io: 'input' }) }, null, 2)}\n`,
  },
];
