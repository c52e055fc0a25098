import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSED_TO_PAGES } from './page-headers.js';
import { problem } from './problem.js';

/** Answers on the connection itself, where no request can be answered any more, as application/problem+json, and hangs up. */
export const hangUp = (socket: Socket, status: number, detail: string, retryAfter?: number): void => {
  if (socket.destroyed) return;
  const body = JSON.stringify(problem(status, detail));
  const headers = {
    ...CLOSED_TO_PAGES,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    connection: 'close',
  };
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
};
