import { digestOf } from '@weir/postgres';
import { latestBelieved } from '../feeds/calendar.js';
import type { LoadTask } from '../feeds/load-task.js';
import type { OsvRecord } from './osv-record.js';

/** Before every time that a record can say. */
export const OLDEST = '0001-01-01T00:00:00.000Z';

/** A record of the file whose `modified` has not come yet. */
export interface RecordAhead {
  readonly ordinal: number;
  readonly record: OsvRecord;
}

/**
 * The record as it is believed at `now`: a time that has not come is older than all others, and a withdrawal that has not
 * come is none yet.
 */
export const believedRecord = (
  record: OsvRecord,
  now: string,
): { readonly believed: OsvRecord; readonly isAhead: boolean } => {
  const latest = latestBelieved(now);
  const isAhead = record.modifiedAt > latest;
  const kept = record.withdrawnAt !== null && record.withdrawnAt > latest ? withoutWithdrawal(record) : record;
  return { believed: isAhead ? { ...kept, modifiedAt: OLDEST } : kept, isAhead };
};

const withoutWithdrawal = (record: OsvRecord): OsvRecord => {
  const { withdrawn: _, ...kept } = JSON.parse(record.text) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(kept);
  return { ...record, withdrawnAt: null, text, digest: digestOf(text) };
};

/** Lists the records that were not taken because their time has not come and another record of their id is known. */
export const refuseAhead = async ({ client, skipped }: LoadTask, ahead: readonly RecordAhead[]): Promise<void> => {
  if (ahead.length === 0) return;
  const { rows } = await client.query<{ ordinal: number }>(
    `SELECT s.ordinal FROM staged_advisory s JOIN intelligence.advisory a ON a.id = s.id
      WHERE s.ordinal = ANY ($1::int[]) AND s.digest <> a.digest ORDER BY s.ordinal`,
    [ahead.map(({ ordinal }) => ordinal)],
  );
  const refused = new Set(rows.map(({ ordinal }) => ordinal));
  for (const { record } of ahead.filter(({ ordinal }) => refused.has(ordinal)))
    skipped.add({
      ...record.place,
      id: record.id,
      reason: 'modified is a time that has not come: the record that is known stays',
    });
};
