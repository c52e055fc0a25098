import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as Embedded from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

const built = new URL('../../apps/weir/dist/embedded-postgres/start-embedded-postgres.js', import.meta.url);

/** Where Debian and Ubuntu keep a folder for each version. */
const DISTRIBUTION = '/usr/lib/postgresql';
const OLDEST_VERSION = 15;

/**
 * A PostgreSQL with its default durability (fsync, synchronous_commit and full_page_writes are on) and checksums of its
 * pages: the distribution's where there is one, since that is what operators run; else that of npm, which is compiled to
 * be small and takes about a seventh more CPU. `BENCH_POSTGRES` names the folder of another one, or `npm`.
 */
export const startPostgres = async (folder: string): Promise<Embedded.EmbeddedPostgres> => {
  const { startEmbeddedPostgres } = (await import(built.href)) as typeof Embedded;
  const bin = process.env['BENCH_POSTGRES'] ?? ofDistribution();
  return startEmbeddedPostgres(
    folder,
    bin === 'npm' ? {} : { binaries: { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') } },
  );
};

const ofDistribution = (): string => {
  const versions = existsSync(DISTRIBUTION)
    ? readdirSync(DISTRIBUTION)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const bin = versions
    .filter((version) => version >= OLDEST_VERSION)
    .map((version) => join(DISTRIBUTION, String(version), 'bin'))
    .find((place) => existsSync(join(place, 'initdb')));
  return bin ?? 'npm';
};
