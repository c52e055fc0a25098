import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hangUp } from './hang-up.js';
import type { HttpSettings } from './http-settings.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';

export interface BodyLimits extends Pick<HttpSettings, 'bodySeconds' | 'bodyBytesPerSecond' | 'bodiesBytes'> {
  /** Bytes of one body that is kept in memory. */
  readonly bodyLimit: number;
  /** Seconds that the body of a route may take that is no part of memory: it is handed on as it comes. */
  readonly uploadSeconds: (route: string) => number | null;
}

/** A body that is on its way. */
interface Arriving {
  readonly raw: FastifyRequest['raw'];
  readonly socket: Socket;
  /** When it must have come, by the clock of `performance`. */
  readonly until: number;
  readonly isKept: boolean;
  /** Bytes that count as kept in memory. */
  kept: number;
  /** Bytes of the connection when the request began, and when the rate was last looked at. */
  readonly first: number;
  last: number;
  lookedAt: number;
  hasAnswer: () => boolean;
}

const LOOK_MS = 1000;
const RATE_MS = 10_000;

/**
 * Gives up bodies that come too slowly, or that are more than memory may hold, whatever becomes of their requests: also
 * of one that was refused, since its sender holds a connection as long as it sends. Register it before what may refuse.
 */
export const limitBodies = (server: FastifyInstance, limits: BodyLimits): void => {
  const arriving = new Set<Arriving>();
  let kept = 0;
  const look = (): void => {
    const now = performance.now();
    for (const body of arriving) {
      if (body.raw.complete) arriving.delete(body);
      else {
        kept += grown(body);
        if (kept > limits.bodiesBytes && body.isKept) giveUp(body, 503, TOO_MUCH, 1);
        else if (now > body.until) giveUp(body, 408, tooLate(body, limits));
        else if (isTooSlow(body, now, limits)) giveUp(body, 408, tooSlow(limits));
      }
    }
  };
  const timer = setInterval(look, LOOK_MS).unref();
  server.addHook('onClose', (_, done) => {
    clearInterval(timer);
    done();
  });
  server.addHook('onRequest', async (request, reply) => {
    if (!hasBody(request)) return;
    const body = arrivingOf(request, limits, () => reply.raw.headersSent);
    if (kept + body.kept > limits.bodiesBytes) throw tooMuch();
    arriving.add(body);
    kept += body.kept;
    request.raw.once('close', () => arriving.delete(body));
    reply.raw.once('close', () => {
      kept -= body.kept;
      body.kept = 0;
    });
  });
};

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const arrivingOf = (request: FastifyRequest, limits: BodyLimits, hasAnswer: () => boolean): Arriving => {
  const { raw } = request;
  const uploadSeconds = limits.uploadSeconds(request.routeOptions.url ?? '');
  const now = performance.now();
  const isKept = uploadSeconds === null;
  return {
    raw,
    socket: raw.socket,
    until: now + (uploadSeconds ?? limits.bodySeconds) * 1000,
    isKept,
    kept: isKept ? Math.min(Number(request.headers['content-length'] ?? 0), limits.bodyLimit) : 0,
    first: raw.socket.bytesRead,
    last: raw.socket.bytesRead,
    lookedAt: now,
    hasAnswer,
  };
};

/** Of a body that does not say how long it is, what came since counts. */
const grown = (body: Arriving): number => {
  if (!body.isKept || body.raw.headers['content-length'] !== undefined || body.hasAnswer()) return 0;
  const came = body.socket.bytesRead - body.first - body.kept;
  body.kept += came;
  return came;
};

const isTooSlow = (body: Arriving, now: number, { bodyBytesPerSecond }: BodyLimits): boolean => {
  if (now - body.lookedAt < RATE_MS) return false;
  const seconds = (now - body.lookedAt) / 1000;
  const came = body.socket.bytesRead - body.last;
  // Whoever reads it here is slower than it comes: that is not its sender's fault.
  const isAwaited = body.raw.readableLength < body.raw.readableHighWaterMark;
  body.last = body.socket.bytesRead;
  body.lookedAt = now;
  return isAwaited && came < seconds * bodyBytesPerSecond;
};

const giveUp = ({ socket, hasAnswer }: Arriving, status: number, detail: string, retryAfter?: number): void => {
  if (hasAnswer()) socket.destroy();
  else hangUp(socket, status, detail, retryAfter);
};

const TOO_MUCH = 'Too many large requests are on their way: send it again in a while.';

const tooMuch = (): ProblemError => new ProblemError(problem(503, TOO_MUCH), { headers: { 'retry-after': '1' } });

const tooSlow = ({ bodyBytesPerSecond }: BodyLimits): string =>
  `The body came slower than ${bodyBytesPerSecond} bytes a second for ten seconds: send it again, faster.`;

const tooLate = ({ isKept }: Arriving, { bodySeconds }: BodyLimits): string =>
  isKept
    ? `The body did not come within ${bodySeconds} seconds: send it again, or in smaller parts.`
    : 'The body did not come within the time that an upload may take: send it again, faster.';
