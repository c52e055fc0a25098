import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the policy compiler is kept once it was built or fetched: one for all data folders of a person. */
export const opaCacheDirectory = (env: NodeJS.ProcessEnv): string =>
  env['OPA_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'weir', 'opa');
