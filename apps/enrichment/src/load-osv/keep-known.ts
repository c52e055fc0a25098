import type pg from 'pg';
import { keepWhatWasKnown } from '../advisory-record/keep-what-was-known.js';
import { takeTurn } from '../database/feed-lock.js';
import { recordOf, type OsvRecord, type ReadRecord } from './osv-record.js';

type Members = Readonly<Record<string, unknown>>;

/** The records of a batch, with what is stored of those that could not be read whole where they are silent. */
export const keepKnown = async (
  client: pg.PoolClient,
  batch: readonly ReadRecord[],
): Promise<readonly ReadRecord[]> => {
  const ids = batch.flatMap((record) => (isInPart(record) ? [record.id] : []));
  if (ids.length === 0) return batch;
  await takeTurn(client, 'osv');
  const { rows } = await client.query<{ id: string; record: string }>(
    'SELECT id, record FROM intelligence.advisory WHERE id = ANY ($1::text[])',
    [ids],
  );
  const known = new Map(rows.map(({ id, record }) => [id, record]));
  return batch.map((record) => {
    const before = isInPart(record) ? known.get(record.id) : undefined;
    return before === undefined || 'refused' in record ? record : withKnown(record, before);
  });
};

const isInPart = (record: ReadRecord): record is OsvRecord => !('refused' in record) && record.leftOut.length > 0;

const withKnown = (record: OsvRecord, known: string): ReadRecord => {
  const whole = keepWhatWasKnown(JSON.parse(record.text) as Members, record.leftOut, JSON.parse(known) as Members);
  const read = recordOf(record.place, whole);
  return 'refused' in read ? record : { ...read, leftOut: record.leftOut };
};
