import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface WebhookReceiver {
  readonly url: string;
  /** Headers of what it was told, oldest first. */
  readonly received: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Takes every webhook. */
export const startWebhookReceiver = async (): Promise<WebhookReceiver> => {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      received.push(request.headers);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
