import { Agent, request } from 'node:http';

/** Events in the bytes of one request. */
export interface EventBatch {
  readonly ids: readonly string[];
  readonly body: Buffer;
}

/** Made before anything is measured, so that the generator only sends. */
export const toBatches = (
  next: () => { readonly id: string },
  events: number,
  perRequest: number,
): readonly EventBatch[] =>
  Array.from({ length: Math.ceil(events / perRequest) }, (_, batch) => {
    const group = Array.from({ length: Math.min(perRequest, events - batch * perRequest) }, next);
    return { ids: group.map(({ id }) => id), body: Buffer.from(JSON.stringify(group)) };
  });

export interface EventSender {
  /** Resolves when the events are accepted (202). Any other answer is a fault: the load is valid. */
  send(batch: EventBatch): Promise<void>;
  close(): void;
}

export const openEventSender = (ingestUrl: string, connections: number): EventSender => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL('/v1/events', ingestUrl);
  return {
    send: ({ body }) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/cloudevents-batch+json', 'content-length': body.length };
        const sent = request(url, { method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = [];
          response
            .on('data', (chunk: Buffer) => (response.statusCode === 202 ? undefined : chunks.push(chunk)))
            .on('error', reject);
          response.on('end', () =>
            response.statusCode === 202
              ? resolve()
              : reject(new Error(`ingest answered ${response.statusCode ?? 0}: ${Buffer.concat(chunks).toString()}`)),
          );
        });
        sent.on('error', reject).end(body);
      }),
    close: () => agent.destroy(),
  };
};
