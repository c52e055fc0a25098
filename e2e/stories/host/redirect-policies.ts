import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, sep } from 'node:path';

/** From here on this process finds `library` where the repository has its folder `policies`. */
export const redirectPolicies = (repository: string, library: string): void => {
  const shipped = join(repository, 'policies') + sep;
  const read = fs.readFileSync;
  const redirected = (path: fs.PathOrFileDescriptor, ...rest: [never]): unknown =>
    read(
      typeof path === 'string' && path.startsWith(shipped) ? join(library, path.slice(shipped.length)) : path,
      ...rest,
    );
  fs.readFileSync = redirected as typeof read;
  syncBuiltinESMExports();
};
