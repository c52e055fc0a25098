import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { AbuseKind, AbuseOrder } from './abuse-kinds.ts';

/** Runs one kind of abuse until it is told to stop, in a thread of its own, so that whoever measures is not kept busy by it. */
const { kind, url, key } = workerData as AbuseOrder;
const stop = new AbortController();
const outcomes: Record<string, number> = {};
const note = (outcome: string): void => void (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);

const { hostname, port } = new URL(url);
const withKey = { authorization: `Bearer ${key}` };

const again = async (count: number, round: () => Promise<string>): Promise<void> => {
  const one = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      note(await round().catch((fault: unknown) => (stop.signal.aborted ? 'stopped' : `fault: ${String(fault)}`)));
      await sleep(5);
    }
  };
  await Promise.all(Array.from({ length: count }, one));
};

const send = async (path: string, init: RequestInit): Promise<string> => {
  const response = await fetch(new URL(path, url), { ...init, signal: stop.signal });
  await response.arrayBuffer();
  return String(response.status);
};

/** One byte each two seconds, until the other side hangs up. */
const drip = (): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    const timer = setInterval(() => socket.write('#'), 2_000);
    stop.signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'open until the end');
    });
    socket.write(
      `POST /v1/feeds/epss HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\n#`,
    );
  });

const JUNK = Buffer.from('xx\n'.repeat(1_300_000));
const BIG = Buffer.from(`["\\ud83d\\ude00"${',0'.repeat(4_999_990)}]`);
const START = '0.0_1.0_2.0_3.0';

/** Reads a stream from the start of the log to its end, and waits until it is told to try again when there is no place. */
const stream = async (): Promise<string> => {
  const headers = { ...withKey, 'last-event-id': START };
  const response = await fetch(new URL('/v1/stream', url), { headers, signal: stop.signal });
  if (response.status !== 200) {
    await response.arrayBuffer();
    await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000, undefined, { signal: stop.signal });
    return String(response.status);
  }
  for await (const chunk of response.body ?? []) {
    note((chunk as Uint8Array).length > 0 ? 'chunks' : 'nothing');
    if (Buffer.from(chunk as Uint8Array).includes(': heartbeat')) break;
  }
  return 'read to its end';
};

const lists = ['/v1/packages?q=nothing-is-called-so&limit=200', '/v1/decisions?policy=nobody&limit=200'];
let asked = 0;

const RUN: Readonly<Record<AbuseKind, () => Promise<void>>> = {
  'slow-bodies': () => again(30, drip),
  'junk-lines': () =>
    again(1, () =>
      send('/v1/feeds/osv', {
        method: 'POST',
        headers: { ...withKey, 'content-type': 'application/octet-stream' },
        body: JUNK,
      }),
    ),
  streams: () => again(200, stream),
  'big-bodies': () =>
    again(4, () => send('/v1/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: BIG })),
  'empty-lists': () => again(40, () => send(lists[(asked += 1) % lists.length] ?? '', { headers: withKey })),
};

parentPort?.once('message', () => stop.abort());
await RUN[kind]();
parentPort?.postMessage(outcomes);
