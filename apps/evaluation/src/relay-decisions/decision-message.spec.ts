import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionEventSchema, MAX_MESSAGE_BYTES } from '@weir/contracts';
import { AVAILABLE, type DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { messageBytes } from '@weir/messaging';
import { CloudEvent } from 'cloudevents';
import { expect, test } from 'vitest';
import { decisionMessage } from './decision-message.js';

const root = join(import.meta.dirname, '../../../..');
const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const recorded = json('libs/domain/src/decision/history/decision-recorded.v3.json') as DecisionRecorded;
const frozen = (name: string) => json(`libs/contracts/src/messages/${name}.json`);
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const stored = (data: DecisionRecorded['data'], over: Partial<StoredEvent> = {}): StoredEvent => ({
  type: 'DecisionRecorded',
  version: 3,
  storedVersion: 3,
  subject: 'acme/npm-production/pkg:npm/lodash@4.17.20',
  data,
  dataText: JSON.stringify(data),
  occurredAt: '2026-08-02T09:00:00.000Z',
  recordedAt: '2026-08-02T09:00:00.010Z',
  shard: 'evaluation/3',
  position: 120,
  hash: `sha256:${'8'.repeat(64)}`,
  id: 'evaluation-3-120',
  ...over,
});

const opened = (event: StoredEvent) => {
  const { topic, key, headers, value } = decisionMessage(event, traceparent);
  return { topic, key, headers, value: JSON.parse(Buffer.from(value).toString('utf8')) as unknown };
};

const talkative = (output: string): DecisionRecorded['data'] => ({
  ...recorded.data,
  results: recorded.data.results.map((result) => ({ ...result, output })),
});

test('a stored decision leaves as the frozen message', () => {
  expect(opened(stored(recorded.data))).toEqual(frozen('decisions.recorded.v1'));
});

test('the data of the message is the stored text, byte for byte', () => {
  const dataText = JSON.stringify(recorded.data, null, 1);
  expect(
    Buffer.from(decisionMessage(stored(recorded.data, { dataText }), null).value)
      .toString('utf8')
      .endsWith(`,"data":${dataText}}`),
  ).toBe(true);
});

test('a decision over the limit of a message leaves without what its policies said, and says where the whole is', () => {
  const event = stored(talkative('x'.repeat(MAX_MESSAGE_BYTES / 2)));
  expect(opened(event)).toEqual(frozen('decisions.recorded.v1.shortened'));
  expect(messageBytes(decisionMessage(event, traceparent))).toBeLessThan(MAX_MESSAGE_BYTES);
});

test('the longest decision that leaves whole stays under the limit with its key and headers', () => {
  const room = MAX_MESSAGE_BYTES - 16 * 1024 - Buffer.byteLength(JSON.stringify(frozenValue())) - 2_000;
  const event = stored(talkative('x'.repeat(Math.floor(room / recorded.data.results.length))), {
    subject: 'k'.repeat(2_000),
  });
  expect(opened(event).value).not.toHaveProperty('wholeref');
  expect(messageBytes(decisionMessage(event, traceparent))).toBeLessThan(MAX_MESSAGE_BYTES);
});

const frozenValue = (): unknown => (frozen('decisions.recorded.v1') as { readonly value: unknown }).value;

test('a repository named with control characters still makes a valid CloudEvent, under the key as it is', () => {
  const { key, value } = opened(stored(recorded.data, { subject: 'acme/a\nb\u0085/pkg:npm/lodash@4.17.20' }));
  expect(key).toContain('\n');
  expect(new CloudEvent(value as object).validate()).toBe(true);
  expect(decisionEventSchema.parse(value).subject).toBe('acme/a\ufffdb\ufffd/pkg:npm/lodash@4.17.20');
});

test('a header tells of a decision that asks for nothing, whatever its policies say', () => {
  const said = JSON.stringify({ desired: AVAILABLE });
  const asks = (data: DecisionRecorded['data']) => decisionMessage(stored(data), null).headers['weir-asks'];
  expect(asks({ ...talkative(said), desired: AVAILABLE })).toBe('nothing');
  expect(asks(talkative(said))).toBeUndefined();
  expect(asks({ ...recorded.data, desired: { ...AVAILABLE, state: 'deleted' } })).toBeUndefined();
});
