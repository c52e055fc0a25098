import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionMessageOf } from './decision-message.js';

type Json = Readonly<Record<string, unknown>>;

const frozen = (
  name: string,
): {
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly topic: string;
  readonly value: Json & { readonly data: Json };
} =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, `../../../../libs/contracts/src/messages/${name}.json`), 'utf8'),
  ) as ReturnType<typeof frozen>;

const read = ({ topic, key, headers }: ReturnType<typeof frozen>, value: unknown) =>
  decisionMessageOf({
    topic,
    key,
    headers,
    partition: 0,
    offset: 7,
    publishedAt: '2026-08-02T09:00:01.000Z',
    value: Buffer.from(JSON.stringify(value)),
  });

test.each([
  ['decisions.recorded.v1', ['CVE-2021-23337 has EPSS 0.213']],
  ['decisions.recorded.v1.shortened', []],
])('the frozen %s is read with its place in the log', (name, reasons) => {
  const message = frozen(name);
  const { decision: readNow, ...place } = read(message, message.value);
  const decision = readNow();
  expect(place).toEqual({
    packageKey: message.key,
    sourceShard: 'evaluation/3',
    position: 120,
    asksForNothing: false,
    traceparent: message.headers['traceparent'],
  });
  expect(decision).toMatchObject({
    id: 'evaluation-3-120',
    data: { desired: { state: 'quarantined', tags: ['exceeded-epss'] }, presence: 'present' },
  });
  expect(decision.data.results[0]?.reasons).toEqual(reasons);
});

test('what a later version adds to a decision does not stop the acting', () => {
  const message = frozen('decisions.recorded.v1');
  const { data } = message.value;
  const later = {
    ...message.value,
    region: 'eu',
    data: { ...data, cause: { kind: 'waiver', waiverId: 'w-1' }, note: 'new' },
  };
  expect(read(message, later).decision().id).toBe('evaluation-3-120');
});

test('a message without its place is refused by the name of the field', () => {
  const message = frozen('decisions.recorded.v1');
  const { position: _, ...value } = message.value;
  expect(() => read(message, value)).toThrow(/"position"/);
});

test('what no column of text can hold is replaced', () => {
  const message = frozen('decisions.recorded.v1');
  const { data } = message.value;
  const hostile = {
    ...message.value,
    data: { ...data, desired: { ...(data['desired'] as Json), tags: ['a\u0000b', '\ud800'] } },
  };
  expect(read(message, hostile).decision().data.desired.tags).toEqual(['a\ufffdb', '\ufffd']);
});

test('what a policy said that asks for something is read as the contract has it, what others said is not', () => {
  const message = frozen('decisions.recorded.v1');
  const { data } = message.value;
  const results = data['results'] as readonly Json[];
  const withResults = (changed: readonly unknown[]) => ({ ...message.value, data: { ...data, results: changed } });
  expect(() => read(message, withResults(results.map((result) => ({ ...result, reasons: 'none' }))))).toThrow(
    /"reasons"/,
  );
  expect(
    read(message, withResults([{ policyId: 'another', reasons: 'none' }, ...results])).decision().data.results,
  ).toEqual(read(message, message.value).decision().data.results);
});

test('a decision whose headers say that it asks for nothing is read when it is wanted', () => {
  const message = frozen('decisions.recorded.v1');
  const headers = { ...message.headers, 'weir-asks': 'nothing' };
  const unread = read({ ...message, headers }, 'no decision');
  expect(unread).toMatchObject({
    packageKey: message.key,
    sourceShard: 'evaluation/3',
    position: 120,
    asksForNothing: true,
  });
  expect(unread.decision).toThrow();
  expect(read({ ...message, headers }, message.value).decision()).toEqual(read(message, message.value).decision());
});

test('a header that says so without a place is not believed', () => {
  const message = frozen('decisions.recorded.v1');
  const headers = { ...message.headers, 'weir-asks': 'nothing', 'weir-position': 'x' };
  expect(read({ ...message, headers }, message.value)).toMatchObject({ position: 120, asksForNothing: false });
});
