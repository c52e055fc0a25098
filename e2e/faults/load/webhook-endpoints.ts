import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../../tools/testing/seeded.ts';

/** What one endpoint was told of one effect. */
export interface Heard {
  /** Digests of the bodies that came: one, however often it was sent. */
  readonly bodies: Set<string>;
  /** Whether it was answered with 204 at least once. */
  isTaken: boolean;
}

/** The endpoints of webhooks: they fail from time to time and are slow from time to time, and remember what they heard. */
export interface WebhookEndpoints {
  /** For WEBHOOKS of action. */
  readonly configuration: string;
  /** By `heardKey`. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** Requests whose signature is not of the secret. */
  readonly forged: () => number;
  close(): Promise<void>;
}

/** Milliseconds that action waits for an answer, so that some answers come too late. */
export const WEBHOOK_TIMEOUT_MS = 3_000;

export const heardKey = (endpoint: string, effectId: string): string => `${endpoint} ${effectId}`;

/** One hears all, the other quarantines only. */
const ENDPOINTS: readonly { readonly name: string; readonly events?: readonly string[] }[] = [
  { name: 'registry' },
  { name: 'alarm', events: ['quarantined'] },
];

export const startWebhookEndpoints = async (seed: number): Promise<WebhookEndpoints> => {
  const random = seeded(seed ^ 0x3eb);
  const secret = randomBytes(32);
  const heard = new Map<string, Heard>();
  let forged = 0;
  const server = createServer((request, response) => {
    void take(request)
      .then(async (body) => {
        const isSigned = isSignedBy(secret, request, body);
        if (!isSigned) forged += 1;
        const { status, afterMs } = isSigned ? drawAnswer(random()) : { status: 401, afterMs: 0 };
        const known = isSigned ? note(heard, request, body) : null;
        if (afterMs > 0) await sleep(afterMs, undefined, { ref: false });
        if (known && status === 204) known.isTaken = true;
        response.writeHead(status).end();
      })
      // Action was killed while it sent, or sent what is no JSON.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secrets = [`whsec_${secret.toString('base64')}`];
  return {
    configuration: JSON.stringify(
      ENDPOINTS.map((endpoint) => ({ ...endpoint, url: `${url}/${endpoint.name}`, secrets, allowPrivate: true })),
    ),
    heard,
    forged: () => forged,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const take = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** As https://www.standardwebhooks.com says, written without the library that action signs with. */
const isSignedBy = (secret: Buffer, { headers }: IncomingMessage, body: Buffer): boolean => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`;
  const wanted = createHmac('sha256', secret).update(signed).update(body).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .map((one) => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.byteLength === wanted.byteLength && timingSafeEqual(given, wanted));
};

const note = (heard: Map<string, Heard>, { url = '' }: IncomingMessage, body: Buffer): Heard => {
  const { id } = JSON.parse(body.toString('utf8')) as { readonly id: string };
  const key = heardKey(url.slice(1), id);
  const known = heard.get(key) ?? { bodies: new Set<string>(), isTaken: false };
  known.bodies.add(createHash('sha256').update(body).digest('base64'));
  heard.set(key, known);
  return known;
};

interface DrawnAnswer {
  readonly status: number;
  readonly afterMs: number;
}

/** Only answers after which trying again may help: an endpoint that says no for good would end the effect. */
const drawAnswer = (draw: number): DrawnAnswer => {
  if (draw < 0.03) return { status: 500, afterMs: 0 };
  if (draw < 0.04) return { status: 429, afterMs: 0 };
  if (draw < 0.05) return { status: 204, afterMs: 1_000 };
  if (draw < 0.052) return { status: 204, afterMs: WEBHOOK_TIMEOUT_MS + 2_000 };
  return { status: 204, afterMs: 0 };
};
