import { request } from 'node:http';
import type { Chance } from '../../tools/testing/random-cases.ts';

/** What became of one event: accepted under an id, or refused by the names of its fields. */
export type BinarySent = { readonly id: string; readonly key: string } | { readonly refused: readonly string[] };

const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'subject'] as const;

/** What a percent-encoded header may hold and no text of JSON that is stored: U+0000, halves of pairs, what is no UTF-8. */
const ENDS = ['%00', '%00', '%ED%A0%80', '%C0%80', '%zz', '%', '%E2%80%A8', '%F0%9F%98%80', '%1B%5B31m', '%EF%BF%BF'];

/** Sends an event in the binary mode of the HTTP binding, its attributes in headers, now and then with an odd end. */
export const sendBinaryEvent = async (
  url: string,
  chance: Chance,
  event: Readonly<Record<string, unknown>>,
): Promise<BinarySent> => {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const name of ATTRIBUTES) {
    const value = event[name];
    if (typeof value === 'string')
      headers[`ce-${name}`] = written(chance, value) + (chance.happens(0.05) ? chance.pick(ENDS) : '');
  }
  const { status, body } = await post(url, headers, JSON.stringify(event['data'] ?? null));
  if (status === 202) {
    const [{ id = '', packageKey = '' } = {}] = (body as { readonly events: Accepted[] }).events;
    return { id, key: packageKey };
  }
  const pointers = ((body as Refused).errors ?? []).map(({ pointer }) => pointer);
  if (status === 422 && pointers.length > 0) return { refused: pointers };
  // Without ce-specversion it is no binary event; over all headers HTTP has its own limit.
  if (status === 422 || status === 413 || status === 431) return { refused: [String(status)] };
  throw new Error(`Neither taken nor refused: ${status} ${JSON.stringify({ headers, body })}`);
};

type Accepted = { readonly id?: string; readonly packageKey?: string };
type Refused = { readonly errors?: readonly { readonly pointer: string }[] };

/** As the binding says, or, where a header can hold it, as it stands. */
const written = (chance: Chance, value: string): string =>
  /^[\x21-\x7e]+$/.test(value) && chance.happens(0.5) ? value : encodeURIComponent(value.toWellFormed());

/** By node:http: fetch normalises what it sends. */
const post = (url: string, headers: Record<string, string>, body: string): Promise<{ status: number; body: unknown }> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL('/v1/events', url), { method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
