import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSED_TO_PAGES } from './page-headers.js';
import { problem } from './problem.js';
import { hangUp } from './hang-up.js';

const REFUSALS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers are over 16384 bytes together: shorten them.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time: send it again.'],
};
const UNREADABLE = [400, 'The request cannot be read: send HTTP/1.1.'] as const;

/** Answers what the HTTP parser refuses, before there is a request. */
export const answerUnreadable = (fault: Error & { readonly code?: string }, socket: Socket): void => {
  if (fault.code === 'ECONNRESET') return;
  const [status, detail] = REFUSALS[fault.code ?? ''] ?? UNREADABLE;
  hangUp(socket, status, detail);
};

/**
 * Answers what Node would answer by itself, without a word: an Expect header that asks for more than 100-continue, and
 * CONNECT, which asks for a proxy.
 */
export const answerUnmet = (server: Server): void => {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = `Expect: ${String(request.headers.expect)} is not met here: send 100-continue, or leave the header out.`;
    response.writeHead(417, { ...CLOSED_TO_PAGES, 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify(problem(417, detail)));
  });
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    hangUp(socket, 405, 'CONNECT is not possible: this is no proxy. Send GET to an address of the API.');
  });
};
