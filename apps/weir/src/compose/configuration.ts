import { topicsFields } from '@weir/messaging';
import { databaseFields, databaseUrlField } from '@weir/postgres';
import { httpFields, keyFields } from '@weir/service';
import { z } from 'zod';

/** Environment of the all-in-one process; the services' own variables apply as well. */
export const weirConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('all')
    .optional()
    .describe(
      'PostgreSQL to use instead of the embedded one, with a login that may append to the log and not change it',
    ),
  DATABASE_OWNER_URL: databaseUrlField('all')
    .optional()
    .describe(
      'The same database with the login that owns the schema, to bring it up to date at the start; without it run `weir migrate` before',
    ),
  ...databaseFields,
  ...topicsFields,
  ...keyFields,
  OPA_CACHE: z
    .string()
    .optional()
    .describe(
      'Folder that keeps the policy compiler once it was fetched or built; weir/opa in the cache folder of the user unless set',
    ),
});
