import { z } from 'zod';

/** What an operator sets of the keys of a service. */
export const keyFields = {
  API_KEYS: z
    .string()
    .optional()
    .transform((keys) => (keys ?? '').split(',').flatMap((key) => key.trim() || []))
    .describe(
      'Keys without names, separated by commas, that may do everything, beside those that weir keys create makes; unset: those alone',
    ),
  ALLOW_NO_KEYS: z
    .stringbool()
    .default(false)
    .describe('true when it is meant that nobody needs a key although HOST is an address that others can reach'),
};
