import { advisoryCache, rebuildInventory, type Rebuilt } from '@weir/enrichment';
import { openPool } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { counted } from './counted.js';
import type { ExitCode, Output } from './output.js';

export interface RebuildInventoryOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
  readonly clock: () => Date;
}

const CACHED_CHARACTERS = 64 * 1024 * 1024;

/** `weir inventory rebuild`: folds the ledger of observations into the inventory; 0 done, 3 when the database cannot be read. */
export const rebuildInventoryCommand = async (
  { databaseUrl, json, clock }: RebuildInventoryOptions,
  output: Output,
): Promise<ExitCode> => {
  const pool = openPool({
    databaseUrl,
    name: 'weir inventory rebuild',
    logger: createLogger('weir'),
    login: 'anybody',
    connections: 2,
    statementMillis: 0,
  });
  try {
    const rebuilt = await rebuildInventory({ pool, cache: advisoryCache(CACHED_CHARACTERS) }, clock);
    output.stdout(json ? JSON.stringify(rebuilt) : sentence(rebuilt));
    return 0;
  } catch (fault) {
    throw new Error(cure(fault), { cause: fault });
  } finally {
    await pool.end();
  }
};

const sentence = ({ packages, observations, mended, queued, lost }: Rebuilt): string => {
  const done = `${counted(packages, 'package')} from ${counted(observations, 'observation')}: ${mended} mended, ${queued} to judge again.`;
  return lost === 0
    ? done
    : `${done} ${lost} have no entry and were last observed before there was a ledger: their next event brings them back.`;
};

const UNDEFINED_TABLE = '42P01';

const cure = (fault: unknown): string => {
  if (fault instanceof Error && 'code' in fault && fault.code === UNDEFINED_TABLE) {
    return 'This database has no ledger of observations. Check DATABASE_URL or --data, or run `weir migrate` first.';
  }
  return `The inventory could not be rebuilt: ${fault instanceof Error ? fault.message : String(fault)}. Run the command again: what is done stays done.`;
};
