import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedWebhook {
  readonly id: string;
  readonly signature: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: { readonly type: string; readonly subject: string; readonly data: Readonly<Record<string, unknown>> };
  readonly at: number;
}

export interface Answering {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer waits for it. */
  readonly after?: Promise<unknown>;
}

/** A real HTTP server that verifies every message with the Standard Webhooks library, as a user's would. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** How the next requests are answered, one after the other; 204 when none is left. */
  answer(...answers: readonly Answering[]): void;
  /** Resolves when `count` messages have arrived. */
  until(count: number): Promise<readonly ReceivedWebhook[]>;
  close(): Promise<void>;
}

const PATIENCE_MS = 45_000;

/** `secret` is the one that this receiver knows. */
export const startWebhookReceiver = async (secret: string): Promise<WebhookReceiver> => {
  const received: ReceivedWebhook[] = [];
  const answers: Answering[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      try {
        const event = new Webhook(secret).verify(
          body,
          request.headers as Record<string, string>,
        ) as ReceivedWebhook['event'];
        received.push({
          id: header(request.headers, 'webhook-id'),
          signature: header(request.headers, 'webhook-signature'),
          headers: request.headers,
          body,
          event,
          at: Date.now(),
        });
      } catch {
        response.writeHead(401).end('the signature does not verify');
        return;
      }
      const { status, headers, after = Promise.resolve() } = answers.shift() ?? { status: 204 };
      void after.then(() => response.writeHead(status, headers).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    answer: (...next) => void answers.push(...next),
    until: (count) => waitFor(`${count} webhooks`, () => (received.length >= count ? received : null)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const header = (headers: IncomingHttpHeaders, name: string): string => String(headers[name]);

/** Asks again and again until `look` finds something. */
export const waitFor = async <T>(what: string, look: () => T | null | Promise<T | null>): Promise<T> => {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Waited ${PATIENCE_MS} ms in vain for ${what}`);
};
