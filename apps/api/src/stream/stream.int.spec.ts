import type { DecisionSummary } from '@weir/contracts';
import type { NewEvent, NewEvidence } from '@weir/event-store';
import { digestOf } from '@weir/postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApiDatabase, startApi, type ApiDatabase, type TestApi } from '../testing/api-for-tests.js';
import { appendDecisions, decisionEvent, type TestDecision } from '../testing/decisions-for-tests.js';

const WITHIN = { timeout: 20_000, interval: 20 };

let database: ApiDatabase;
let api: TestApi;
beforeEach(async () => {
  database = await createApiDatabase();
  api = await startApi(database, { heartbeatMillis: 50 });
});
afterEach(async () => {
  await api.close();
  await database.drop();
});

interface Receiver {
  readonly names: string[];
  lastId(): string;
  text(): string;
  /** Resolves when the stream is over: the server ended it, or it was cut off in the middle. */
  readonly ended: Promise<'ended' | 'cut off'>;
  hangUp(): void;
}

const receive = async (query = '', lastEventId?: string): Promise<Receiver> => {
  const stop = new AbortController();
  const response = await fetch(`${api.url}/v1/stream${query}`, {
    signal: stop.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const names: string[] = [];
  let [text, id, rest] = ['', '', ''];
  const take = (line: string): void => {
    if (line.startsWith('id: ')) id = line.slice(4);
    if (line.startsWith('data: '))
      names.push((JSON.parse(line.slice(6)) as { purl: string }).purl.replace(/^pkg:npm\/(.*)@.*$/, '$1'));
  };
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      rest += Buffer.from(chunk as Uint8Array).toString();
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    }
  };
  const ended = read().then(
    () => 'ended' as const,
    () => 'cut off' as const,
  );
  await vi.waitFor(() => expect(text).toContain('retry: '), WITHIN);
  return { names, lastId: () => id, text: () => text, ended, hangUp: () => stop.abort() };
};

const numbers = (from: number, to: number, prefix = 'p') =>
  Array.from({ length: to - from }, (_, i) => ({ name: `${prefix}${from + i}` }));
const names = (from: number, to: number, prefix = 'p') => numbers(from, to, prefix).map(({ name }) => name);

test('decisions arrive as they are stored, in order within a shard', async () => {
  const receiver = await receive();
  await appendDecisions(database.store, 'evaluation/0', numbers(0, 3));
  await appendDecisions(database.store, 'evaluation/0', numbers(3, 5));
  await vi.waitFor(() => expect(receiver.names).toEqual(names(0, 5)), WITHIN);
  expect(receiver.text()).toContain('event: decision\n');
});

test('who was away resumes by Last-Event-ID: nothing twice, nothing left out, over several shards', async () => {
  const first = await receive();
  await appendDecisions(database.store, 'evaluation/0', numbers(0, 3, 'a'));
  await appendDecisions(database.store, 'evaluation/1', numbers(0, 2, 'b'));
  await vi.waitFor(() => expect(first.names).toHaveLength(5), WITHIN);
  first.hangUp();
  await first.ended;
  await appendDecisions(database.store, 'evaluation/0', numbers(3, 6, 'a'));
  await appendDecisions(database.store, 'evaluation/2', numbers(0, 700, 'c'));

  const second = await receive('', first.lastId());
  await appendDecisions(database.store, 'evaluation/1', numbers(2, 4, 'b'));
  await vi.waitFor(() => expect(second.names).toHaveLength(705), WITHIN);
  expect(second.names.filter((name) => name.startsWith('a'))).toEqual(names(3, 6, 'a'));
  expect(second.names.filter((name) => name.startsWith('b'))).toEqual(names(2, 4, 'b'));
  expect(second.names.filter((name) => name.startsWith('c'))).toEqual(names(0, 700, 'c'));
});

test('another instance of the service resumes the stream as well', async () => {
  const first = await receive();
  await appendDecisions(database.store, 'evaluation/0', numbers(0, 2));
  await vi.waitFor(() => expect(first.names).toHaveLength(2), WITHIN);
  const id = first.lastId();
  first.hangUp();
  await api.close();
  await appendDecisions(database.store, 'evaluation/0', numbers(2, 4));
  api = await startApi(database, { heartbeatMillis: 50 });
  const second = await receive('', id);
  await vi.waitFor(() => expect(second.names).toEqual(names(2, 4)), WITHIN);
});

test('a quiet stream sends heartbeats, whose id moves on past what the filter held back', async () => {
  const receiver = await receive('?changed=false');
  await appendDecisions(database.store, 'evaluation/0', numbers(0, 3));
  await vi.waitFor(() => expect(receiver.lastId()).toBe('0.3'), WITHIN);
  expect(receiver.text()).toContain(': heartbeat\n');
  expect(receiver.names).toEqual([]);
});

test('streams end when the service closes, which does not wait for them', async () => {
  const receivers = await Promise.all([receive(), receive()]);
  await api.close();
  expect(
    await Promise.all(receivers.map(({ ended }) => ended)),
    'a stream that keeps the service waiting is cut off in the end',
  ).toEqual(['ended', 'ended']);
  api = await startApi(database);
});

test('an id of another stream is refused, one from the future starts with what comes', async () => {
  expect(await api.get('/v1/stream', { 'last-event-id': 'evaluation-0-3' })).toMatchObject({
    status: 400,
    type: 'application/problem+json',
  });
  expect(await api.get('/v1/stream?changed=maybe')).toMatchObject({ status: 400 });
  const receiver = await receive('', '0.999999');
  await appendDecisions(database.store, 'evaluation/0', numbers(0, 1));
  await vi.waitFor(() => expect(receiver.names).toEqual(['p0']), WITHIN);
});

/** A set of one policy, as evidence. */
const setOf = (revision: number): NewEvidence => {
  const policy = {
    policyId: 'epss-over-threshold',
    slot: 'p',
    name: 'EPSS',
    revision,
    revisionDigest: digestOf(String(revision)),
    parameters: {},
    scope: {},
    precedence: 1,
    terminal: false,
    actions: [],
    onError: 'closed',
    reads: { inputPaths: ['*'], clock: false, builtins: [] },
  };
  const text = JSON.stringify({ workspace: 'default', module: { wasmDigest: digestOf('wasm') }, policies: [policy] });
  return { digest: digestOf(text), kind: 'policy_set', bytes: Buffer.from(text) };
};

/** A decision that rests on a policy set. */
const restingOn = (decision: TestDecision, set: NewEvidence): NewEvent => {
  const event = decisionEvent(decision);
  return { ...event, data: { ...(event.data as object), policySetDigest: set.digest } };
};

test('a stream tells in words, as the list does, which policies led to a decision, to whoever follows or comes later', async () => {
  const receiver = await receive();
  const [was, is] = [setOf(2), setOf(3)];
  const cause = { kind: 'policy', policySetDigest: is.digest } as const;
  const writer = await database.store.openShard('evaluation/0');
  const facts = { digest: digestOf('{"v0":{"name":"a"}}'), kind: 'facts', bytes: Buffer.from('{"v0":{"name":"a"}}') };
  await writer.append({
    events: [
      restingOn({ name: 'a', decidedAt: '2026-06-14T10:00:00.000Z' }, was),
      restingOn({ name: 'a', decidedAt: '2026-06-14T11:00:00.000Z', cause }, is),
    ],
    evidence: [facts, was, is],
  });
  const causes = (text: string): readonly string[] =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => (JSON.parse(json) as DecisionSummary).cause.detail);
  const inWords = ['published, reported by /registry', 'EPSS, revision 3 activated'];
  await vi.waitFor(() => expect(causes(receiver.text())).toEqual(inWords), WITHIN);
  const later = await receive('', '0.0');
  await vi.waitFor(() => expect(causes(later.text())).toEqual(inWords), WITHIN);
  const { decisions } = (await api.get('/v1/decisions')).body as { readonly decisions: readonly DecisionSummary[] };
  expect(decisions.map(({ cause: { detail } }) => detail).toReversed()).toEqual(inWords);
});
