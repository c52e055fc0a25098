import { once } from 'node:events';
import { createServer } from 'node:http';
import { problem } from '../http/problem.js';

/** Answers for a service that still waits for what it needs. */
export interface WaitingRoom {
  /** What is waited for, in words for strangers. */
  say(reason: string): void;
  /** Ends it, so that the service can listen in its place. */
  close(): Promise<void>;
}

const RETRY_AFTER_SECONDS = '5';

/**
 * Listens where the service will: it is alive, not ready, and answers everything else by 503, without looking at what was
 * sent. So who asks is told what is waited for, instead of finding nobody.
 */
export const openWaitingRoom = async (port: number, host: string): Promise<WaitingRoom> => {
  let reason = 'the service is still starting';
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/health') {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"status":"alive"}');
      return;
    }
    const body = problem(request.url === '/ready' ? 'not-ready' : 'unavailable', `Not ready: ${reason}.`);
    response
      .writeHead(503, {
        'content-type': 'application/problem+json',
        'retry-after': RETRY_AFTER_SECONDS,
        connection: 'close',
      })
      .end(JSON.stringify(body));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    say: (next) => {
      reason = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
