import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { messagesPerPartition, recordBatch, type BatchOptions } from './mend-records.js';
import { packRecords, type OutgoingRecord } from './record-batch.js';

interface Encoded {
  readonly buffer: Buffer;
}

// As kafkajs has them: this file does not load what puts the mended ones in place.
const require = createRequire(import.meta.url);
const originalRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: OutgoingRecord) => Encoded;
const { RecordBatch: originalBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (options: Omit<BatchOptions, 'records'> & { records: readonly Encoded[] }) => Promise<Encoded>;
};
const originalGrouping = require('kafkajs/src/producer/groupMessagesPerPartition') as typeof messagesPerPartition;

const long = 'ü'.repeat(40_000);
const records: readonly OutgoingRecord[] = [
  {
    key: 'default/npm/pkg:npm/a@1',
    value: Buffer.from('{}'),
    headers: { id: 'e-1', traceparent: '00-0af7-b7ad-01' },
    offsetDelta: 0,
    timestampDelta: 0,
  },
  { key: null, value: null, offsetDelta: 1 },
  { key: Buffer.from([0xff, 0]), value: 'text', headers: {}, offsetDelta: 2, timestampDelta: -5 },
  {
    key: '',
    value: Buffer.alloc(0),
    headers: { empty: '', none: null, nämé: Buffer.from([0, 1, 0xfe]) },
    offsetDelta: 63,
    timestampDelta: 64,
  },
  {
    key: '🙂\ud800',
    value: long,
    headers: { again: ['first', Buffer.from('second')], constructor: 'x' },
    offsetDelta: 64,
    timestampDelta: 2 ** 40,
  },
  { key: 'k', value: Buffer.alloc(70_000, 7), offsetDelta: 1_000_000, timestampDelta: 300_000 },
];
// kafkajs's own takes no null for a header, though Kafka does.
const writtenByBoth = records.map(({ headers = {}, ...record }) => ({
  ...record,
  headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)),
}));

describe('records that are packed together', () => {
  it('are byte for byte those that kafkajs writes', () => {
    const theirs = Buffer.concat(writtenByBoth.map((record) => originalRecord(record).buffer));
    expect(packRecords(writtenByBoth).equals(theirs)).toBe(true);
  });

  it('have room however long they are', () => {
    const large = Array.from({ length: 3 }, (_, index) => ({
      key: long,
      value: Buffer.alloc(3_000_000, index),
      offsetDelta: index,
    }));
    const theirs = Buffer.concat(large.map((record) => originalRecord(record).buffer));
    expect([packRecords(large), packRecords(large)].every((packed) => packed.equals(theirs))).toBe(true);
  });

  it('make the batch that kafkajs makes', async () => {
    const options = {
      firstTimestamp: 1_795_000_000_000,
      maxTimestamp: 1_795_000_000_007,
      producerId: '9000000001',
      producerEpoch: 3,
      firstSequence: 77,
      lastOffsetDelta: 5,
      transactional: true,
    };
    const theirs = await originalBatch({ ...options, records: writtenByBoth.map((record) => originalRecord(record)) });
    expect((await recordBatch({ ...options, records: writtenByBoth })).buffer.equals(theirs.buffer)).toBe(true);
  });
});

describe('messages', () => {
  it('are grouped as kafkajs groups them', () => {
    const grouping = {
      topic: 't',
      partitionMetadata: [{}],
      messages: [5, 3, 5, 1, 3],
      partitioner: ({ message }: { message: number }) => message,
    };
    expect(messagesPerPartition(grouping)).toEqual(originalGrouping(grouping));
    expect(messagesPerPartition({ ...grouping, partitionMetadata: [] })).toEqual({});
  });
});

describe('kafkajs', () => {
  it('uses what was put in place', async () => {
    await import('./mended-kafkajs.js');
    expect(require('kafkajs/src/producer/groupMessagesPerPartition')).toBe(messagesPerPartition);
    expect(require('kafkajs/src/protocol/recordBatch/v0')).toMatchObject({ RecordBatch: recordBatch, MAGIC_BYTE: 2 });
  });
});
