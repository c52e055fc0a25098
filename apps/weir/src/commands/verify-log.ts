import { verifyLog, type Verification } from '@weir/event-store';
import { openPool } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { counted } from './counted.js';
import type { ExitCode, Output } from './output.js';

export interface VerifyLogOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
}

/** `weir log verify`: walks every shard's chain and evidence; 0 valid, 1 not valid, 3 when the log cannot be read. */
export const verifyLogCommand = async (options: VerifyLogOptions, output: Output): Promise<ExitCode> => {
  const pool = openPool({
    databaseUrl: options.databaseUrl,
    name: 'weir log verify',
    logger: createLogger('weir'),
    login: 'anybody',
    connections: 2,
    statementMillis: 0,
  });
  try {
    const verification = await verifyLog(pool);
    output.stdout(options.json ? JSON.stringify(verification) : sentence(verification));
    return verification.valid ? 0 : 1;
  } catch (fault) {
    throw new Error(cure(fault), { cause: fault });
  } finally {
    await pool.end();
  }
};

const sentence = ({ shards, events, firstBad }: Verification): string =>
  firstBad === null
    ? `The log is whole: ${counted(events, 'event')} in ${counted(shards, 'shard')}.`
    : `The log is not whole. First bad: ${firstBad.shard} at position ${firstBad.position}: ${firstBad.what}.`;

const UNDEFINED_TABLE = '42P01';

const cure = (fault: unknown): string => {
  if (fault instanceof Error && 'code' in fault && fault.code === UNDEFINED_TABLE)
    return 'This database has no decision log. Check DATABASE_URL or --data, or run `weir up` once.';
  return `The log could not be verified: ${fault instanceof Error ? fault.message : String(fault)}`;
};
