import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { messagesPerPartition, recordBatch, type BatchOptions } from './mend-records.js';
import { packRecords, type OutgoingRecord } from './record-batch.js';
import { recordReader, type BatchContext, type RecordDecoder, type RecordSource } from './record-reader.js';

interface Encoded {
  readonly buffer: Buffer;
}

// As kafkajs has them: this file does not load what puts the mended ones in place.
const require = createRequire(import.meta.url);
const originalRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: OutgoingRecord) => Encoded;
const { RecordBatch: originalBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch: (options: Omit<BatchOptions, 'records'> & { records: readonly Encoded[] }) => Promise<Encoded> };
const originalDecoder = require('kafkajs/src/protocol/recordBatch/record/v0/decoder') as RecordDecoder;
const originalGrouping = require('kafkajs/src/producer/groupMessagesPerPartition') as typeof messagesPerPartition;
const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => RecordSource & { readVarIntBytes(): Buffer };

const long = 'ü'.repeat(40_000);
const records: readonly OutgoingRecord[] = [
  { key: 'default/npm/pkg:npm/a@1', value: Buffer.from('{}'), headers: { id: 'e-1', traceparent: '00-0af7-b7ad-01' }, offsetDelta: 0, timestampDelta: 0 },
  { key: null, value: null, offsetDelta: 1 },
  { key: Buffer.from([0xff, 0]), value: 'text', headers: {}, offsetDelta: 2, timestampDelta: -5 },
  { key: '', value: Buffer.alloc(0), headers: { empty: '', none: null, 'nämé': Buffer.from([0, 1, 0xfe]) }, offsetDelta: 63, timestampDelta: 64 },
  { key: '🙂\ud800', value: long, headers: { again: ['first', Buffer.from('second')], constructor: 'x' }, offsetDelta: 64, timestampDelta: 2 ** 40 },
  { key: 'k', value: Buffer.alloc(70_000, 7), offsetDelta: 1_000_000, timestampDelta: 300_000 },
];
// kafkajs's own takes no null for a header, though Kafka does.
const writtenByBoth = records.map(({ headers = {}, ...record }) => ({ ...record, headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)) }));

describe('records that are packed together', () => {
  it('are byte for byte those that kafkajs writes', () => {
    const theirs = Buffer.concat(writtenByBoth.map((record) => originalRecord(record).buffer));
    expect(packRecords(writtenByBoth).equals(theirs)).toBe(true);
  });

  it('have room however long they are', () => {
    const large = Array.from({ length: 3 }, (_, index) => ({ key: long, value: Buffer.alloc(3_000_000, index), offsetDelta: index }));
    const theirs = Buffer.concat(large.map((record) => originalRecord(record).buffer));
    expect([packRecords(large), packRecords(large)].every((packed) => packed.equals(theirs))).toBe(true);
  });

  it('make the batch that kafkajs makes', async () => {
    const options = { firstTimestamp: 1_795_000_000_000, maxTimestamp: 1_795_000_000_007, producerId: '9000000001', producerEpoch: 3, firstSequence: 77, lastOffsetDelta: 5, transactional: true };
    const theirs = await originalBatch({ ...options, records: writtenByBoth.map((record) => originalRecord(record)) });
    expect((await recordBatch({ ...options, records: writtenByBoth })).buffer.equals(theirs.buffer)).toBe(true);
  });
});

const readAll = (read: RecordDecoder, packed: Buffer, context: BatchContext) => {
  const batch = new Decoder(packed);
  return records.map(() => read(new Decoder(batch.readVarIntBytes()), context));
};

describe('the reader of records', () => {
  const packed = Buffer.from(packRecords(records));
  const context = { firstOffset: '123456789012', firstTimestamp: '1795000000000', maxTimestamp: '1795000000999', magicByte: 2, timestampType: 0, isControlBatch: false };

  it('reads what was packed', () => {
    const [first, , , odd, again] = readAll(recordReader(originalDecoder), packed, context);
    expect(first).toMatchObject({ key: Buffer.from('default/npm/pkg:npm/a@1'), value: Buffer.from('{}'), offset: '123456789012', timestamp: '1795000000000', headers: { id: Buffer.from('e-1') } });
    expect(odd?.headers).toEqual({ empty: Buffer.alloc(0), none: null, 'nämé': Buffer.from([0, 1, 0xfe]) });
    expect(again?.headers['again']).toEqual([Buffer.from('first'), Buffer.from('second')]);
    expect(again?.headers['constructor']).toEqual(Buffer.from('x'));
  });

  it('reads what the decoder of kafkajs reads, whichever time counts', () => {
    const withoutInherited = (read: RecordDecoder, one: BatchContext) => readAll(read, packed, one).map(({ headers, ...record }) => ({ ...record, headers: Object.entries(headers).filter(([name]) => name !== 'constructor') }));
    for (const one of [context, { ...context, timestampType: 1 }, { ...context, isControlBatch: true }]) {
      expect(withoutInherited(recordReader(originalDecoder), one)).toEqual(withoutInherited(originalDecoder, one));
    }
  });

  it('leaves numbers beyond what a double holds to kafkajs', () => {
    const far = { ...context, firstOffset: '9223372036854775000' };
    expect(readAll(recordReader(originalDecoder), packed, far)[1]?.offset).toBe('9223372036854775001');
  });

  it('keeps a header that is named like the prototype', () => {
    const record = Buffer.from(packRecords([{ value: 'v', headers: JSON.parse('{"__proto__":"p"}') as Record<string, string> }]));
    const { headers } = recordReader(originalDecoder)(new Decoder(new Decoder(record).readVarIntBytes()), context);
    expect(Object.entries(headers)).toEqual([['__proto__', Buffer.from('p')]]);
  });
});

describe('messages', () => {
  it('are grouped as kafkajs groups them', () => {
    const grouping = { topic: 't', partitionMetadata: [{}], messages: [5, 3, 5, 1, 3], partitioner: ({ message }: { message: number }) => message };
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
