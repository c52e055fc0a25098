import { Retryable } from '@weir/postgres';
import { expect, test, vi } from 'vitest';
import type { OutgoingMessage } from '../topics.js';
import { createPartitionQueue, type SizedMessage } from './partition-queue.js';

const message = (key: string, bytes = 10): SizedMessage => ({
  message: { topic: 't', key, headers: {}, value: new Uint8Array(bytes) },
  bytes: bytes + key.length,
});
const keys = (messages: readonly OutgoingMessage[]): string => messages.map(({ key }) => key).join('');
const open = new AbortController().signal;

/** Sends end one after the other as the test says. */
const gate = () => {
  const sent: string[] = [];
  const ends: ((fault?: Error) => void)[] = [];
  return {
    sent,
    send: (messages: readonly OutgoingMessage[]): Promise<void> => {
      sent.push(keys(messages));
      return new Promise((resolve, reject) => ends.push((fault) => (fault ? reject(fault) : resolve())));
    },
    /** Ends the send under way; `next` is the one that must follow. */
    end: async (next: string | null, fault?: Error) => {
      const before = sent.length;
      ends.shift()?.(fault);
      if (next !== null)
        await vi.waitFor(() => expect(sent.slice(before)).toEqual([next]), { timeout: 20_000, interval: 5 });
    },
  };
};

test('while a batch is unresolved nothing else is sent, and what came meanwhile goes together', async () => {
  const { sent, send, end } = gate();
  const queue = createPartitionQueue({ send, patience: 60_000, closed: open });
  const all = ['a', 'b', 'c'].map((key) => queue.push([message(key)]));
  expect(sent).toEqual(['a']);
  await end('bc');
  expect(sent).toEqual(['a', 'bc']);
  await end(null);
  await Promise.all(all);
});

test('a batch that failed is sent again as it was, before anything that came later', async () => {
  const { sent, send, end } = gate();
  const queue = createPartitionQueue({ send, patience: 60_000, closed: open });
  const first = queue.push([message('a'), message('b')]);
  const second = queue.push([message('c')]);
  await end('ab', new Error('the leader is gone'));
  await end('ab', new Error('not yet there'));
  await end('c');
  await end(null);
  await Promise.all([first, second]);
  expect(sent).toEqual(['ab', 'ab', 'ab', 'c']);
});

test('what the broker refuses for good is the fault of its callers alone', async () => {
  const { send, end } = gate();
  const queue = createPartitionQueue({ send, patience: 60_000, closed: open });
  const refused = queue.push([message('a')]);
  const fine = queue.push([message('b')]);
  const outcome = expect(refused).rejects.toThrow('too large');
  await end('b', Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' }));
  await outcome;
  await end(null);
  await fine;
});

test('a caller that waited long enough may try again later, and what was not sent yet never is', async () => {
  const { sent, send, end } = gate();
  const queue = createPartitionQueue({ send, patience: 50, closed: open });
  const outcomes = await Promise.allSettled([queue.push([message('a')]), queue.push([message('b')])]);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof Retryable)).toEqual([
    true,
    true,
  ]);
  await end(null);
  const later = queue.push([message('c')]);
  expect(sent).toEqual(['a']);
  await vi.waitFor(() => expect(sent).toEqual(['a', 'c']), { timeout: 20_000, interval: 5 });
  await Promise.allSettled([later]);
});

test('a batch stays under what a broker takes at once', async () => {
  const sizes: number[] = [];
  const queue = createPartitionQueue({
    send: async (messages) => void sizes.push(messages.length),
    patience: 60_000,
    closed: open,
  });
  await queue.push(Array.from({ length: 10 }, () => message('k', 200 * 1024)));
  expect(sizes).toEqual([3, 3, 3, 1]);
});
