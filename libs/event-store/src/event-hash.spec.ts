import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventHash, NO_PREDECESSOR, type EventRow } from './event-hash.js';

const row: EventRow = {
  shard: 'evaluation/3',
  position: 120,
  type: 'PackageEvaluated',
  version: 1,
  subject: 'acme/npm/pkg:npm/lodash@4.17.20',
  data: '{"é":"\\u0000"}',
  metadata: '{}',
  occurredAt: '2026-08-02T09:30:00.000Z',
  recordedAt: '2026-08-02T09:30:00.100Z',
  previousHash: NO_PREDECESSOR,
};

test('an auditor computes the same hash from the documented encoding', () => {
  const sha256 = (input: string | Uint8Array) => createHash('sha256').update(input).digest();
  const position = Buffer.from('0000000000000078', 'hex');
  const version = Buffer.from('00000001', 'hex');
  const texts = (...values: string[]) => values.map((value) => Buffer.from(value, 'utf8'));
  const fields = [
    ...texts('weir-log-entry/1', row.shard),
    position,
    ...texts(row.type),
    version,
    ...texts(row.subject),
    sha256(row.data),
    sha256(row.metadata),
    ...texts(row.occurredAt, row.recordedAt),
    Buffer.alloc(32),
  ];
  const entry = fields.flatMap((field) => [Buffer.from(field.length.toString(16).padStart(8, '0'), 'hex'), field]);
  expect(eventHash(row)).toEqual(sha256(Buffer.concat([Buffer.from([0]), ...entry])));
});

test('the hash of this event never changes, or old logs would no longer verify', () => {
  expect(eventHash(row).toString('hex')).toBe('7ccbdbac14ae438a61fe854c60918bf70e2b06a07ae7f754bacc9616744ddc56');
});

test.each(Object.keys(row) as (keyof EventRow)[])('another %s gives another hash', (field) => {
  const value = row[field];
  const other =
    typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value} ` : new Uint8Array(32).fill(1);
  expect(eventHash({ ...row, [field]: other })).not.toEqual(eventHash(row));
});

test('text moved from one column to the next gives another hash', () => {
  expect(eventHash({ ...row, shard: 'ab', type: 'c' })).not.toEqual(eventHash({ ...row, shard: 'a', type: 'bc' }));
});
