import { z } from 'zod';

/** Names a workspace. It is part of package keys and of file names, so it has few characters. */
export const workspaceNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'is no name of a workspace: use at most 63 lower-case letters, digits and dashes, and begin with no dash',
  );
