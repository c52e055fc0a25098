import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** All together: enough for one sender who waits for the answer until it has sent everything, too little to keep a process busy. */
const REFUSED_BYTES_PER_SECOND = 8 * 1024 * 1024;

/**
 * Bodies of requests that were answered before their body was asked for are read away, so that their senders come to
 * read the answer, but all together at no more than `bytesPerSecond`: who is refused takes nothing from who is served.
 */
export const readRefusedSlowly = (server: FastifyInstance, bytesPerSecond = REFUSED_BYTES_PER_SECOND): void => {
  let free = 0;
  /** Milliseconds until so many bytes more may have come. */
  const pauseAfter = (bytes: number): number => {
    const now = performance.now();
    free = Math.max(now, free) + (bytes * 1000) / bytesPerSecond;
    return free - now;
  };
  server.addHook('onSend', async ({ raw }, _reply, payload) => {
    if (!raw.complete && isUnasked(raw))
      raw.on('data', (chunk: Buffer) => {
        raw.pause();
        setTimeout(() => raw.resume(), pauseAfter(chunk.length)).unref();
      });
    return payload;
  });
};

const isUnasked = (raw: IncomingMessage): boolean =>
  raw.readableFlowing === null && raw.listenerCount('readable') === 0;
