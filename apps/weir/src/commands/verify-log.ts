import { renameSync, writeFileSync } from 'node:fs';
import { recordVerification, verifyLog, type Verification } from '@weir/event-store';
import { openPool } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { counted } from './counted.js';
import type { ExitCode, Output } from './output.js';
import { printableField } from './printable.js';

export interface VerifyLogOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
  /** File for the node exporter's textfile collector: what was found, and when. */
  readonly metrics?: string | undefined;
  /** Keep what was found and when in the database, where the api reads it for its metrics. */
  readonly record?: boolean | undefined;
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
    const now = new Date();
    if (options.record === true) await recordVerification(pool, verification, now);
    if (options.metrics !== undefined) tellMetrics(options.metrics, verification, now);
    output.stdout(options.json ? JSON.stringify(verification) : sentence(verification));
    return verification.valid ? 0 : 1;
  } catch (fault) {
    throw new Error(cure(fault), { cause: fault });
  } finally {
    await pool.end();
  }
};

/** Whole or not there: who reads it meanwhile reads what was told before. */
const tellMetrics = (file: string, { valid, events }: Verification, now: Date): void => {
  const text = [
    '# HELP weir_log_whole Whether the last run of weir log verify found the log as it was written: 1 or 0',
    '# TYPE weir_log_whole gauge',
    `weir_log_whole ${valid ? 1 : 0}`,
    '# HELP weir_log_verified_events Events that the last run of weir log verify went through',
    '# TYPE weir_log_verified_events gauge',
    `weir_log_verified_events ${events}`,
    '# HELP weir_log_verified_timestamp_seconds When weir log verify ended last, in seconds since 1970',
    '# TYPE weir_log_verified_timestamp_seconds gauge',
    `weir_log_verified_timestamp_seconds ${Math.floor(now.getTime() / 1000)}`,
  ];
  writeFileSync(`${file}.part`, `${text.join('\n')}\n`);
  renameSync(`${file}.part`, file);
};

const sentence = (verification: Verification): string => {
  const { shards, events, firstBad } = verification;
  if (firstBad !== null)
    return [
      `The log is not whole. First bad: ${firstBad.shard} at position ${firstBad.position}: ${firstBad.what}.`,
      ...damageOf(verification),
    ].join('\n');
  if (shards === 0) return 'The log is empty.';
  return `The log is whole: ${counted(events, 'event')} in ${counted(shards, 'shard')}.`;
};

const damageOf = ({ damaged, damagedPieces }: Verification): readonly string[] => [
  ...damaged.map(
    ({ kind, digest, what, decisions, example }) =>
      `  ${printableField(kind)} ${digest} ${printableField(what)}: ${
        decisions === 0
          ? `no judgement rests on it; ${example} names it`
          : `${counted(decisions, 'judgement rests', 'judgements rest')} on it, such as ${example}`
      }`,
  ),
  ...(damagedPieces > damaged.length ? [`  and ${damagedPieces - damaged.length} more`] : []),
];

const UNDEFINED_TABLE = '42P01';

const cure = (fault: unknown): string => {
  if (fault instanceof Error && 'code' in fault && fault.code === UNDEFINED_TABLE)
    return 'This database has no decision log. Check DATABASE_URL or --data, or run `weir up` once.';
  return `The log could not be verified: ${fault instanceof Error ? fault.message : String(fault)}`;
};
