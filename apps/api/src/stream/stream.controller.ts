import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { streamQuerySchema, type StreamQuery } from '@weir/contracts';
import {
  Asking,
  CLOSED_TO_PAGES,
  guestOf,
  isStillLetIn,
  keptToWorkspace,
  limitGuests,
  Needs,
  problem,
  ProblemError,
  WITHIN_WORKSPACES,
  type LetIn,
  type Turned,
} from '@weir/service';
import type { Principal } from '@weir/domain';
import type { FastifyReply } from 'fastify';
import { API_PORTS, type ApiPorts } from '../api-ports.js';
import { READ_MODELS, type ReadModels } from '../read-models.js';
import type { Positions } from './decision-feed.js';
import { parseResumePoint } from './resume-point.js';
import { streamDecisions } from './stream-decisions.js';

@ApiTags('decisions')
@Controller('v1/stream')
export class StreamController {
  private readonly letIn: LetIn;

  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
  ) {
    this.letIn = limitGuests({ all: ports.config.STREAMS, each: ports.config.STREAMS_EACH });
  }

  @Get()
  @Needs('read', WITHIN_WORKSPACES)
  @ApiOperation({
    operationId: 'streamDecisions',
    summary: 'Decisions as they are stored, as Server-Sent Events; Last-Event-ID resumes without a gap',
  })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 429, description: 'This key or address has as many streams as it may have' })
  @ApiResponse({ status: 503, description: 'As many streams are open as may be, or the log is not followed' })
  async stream(
    @Query({ schema: streamQuerySchema }) query: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
    @Asking() principal: Principal,
  ): Promise<void> {
    const kept = keptToWorkspace(principal, query);
    const from = lastEventId === undefined ? null : resumeFrom(lastEventId);
    const feed = this.readModels.feed();
    const leave = this.letIn(guestOf(reply.request));
    if (typeof leave === 'string') throw turnedAway(leave);
    reply.hijack();
    const response = reply.raw;
    response.once('close', leave);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.once('error', () => gone.abort());
    const watch = setInterval(() => {
      if (!isStillLetIn(reply.request)) gone.abort();
    }, LOOK_AT_KEY_MS).unref();
    const signal = AbortSignal.any([gone.signal, this.readModels.closing]);
    response.writeHead(200, {
      ...CLOSED_TO_PAGES,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    // Node keeps the head of an answer without a body back until the answer ends.
    if (reply.request.method === 'HEAD') {
      clearInterval(watch);
      response.end();
      return;
    }
    try {
      await streamDecisions({
        feed,
        from,
        query: kept,
        write: writerTo(response, signal),
        heartbeatMillis: this.ports.config.STREAM_HEARTBEAT_MS,
        signal,
      });
    } catch (fault) {
      if (!signal.aborted) this.ports.logger.warn({ err: fault }, 'A stream of decisions ended; the receiver resumes');
    } finally {
      clearInterval(watch);
      response.end();
    }
  }
}

const turnedAway = (why: Turned): ProblemError =>
  new ProblemError(
    why === 'each'
      ? problem(429, 'This key or address has as many streams as it may have: close one, or raise STREAMS_EACH.')
      : problem(503, 'As many streams are open as may be: try again in a while, or raise STREAMS.'),
    { headers: { 'retry-after': '10' } },
  );

/** A stream ends with its key: when it was revoked or has expired. */
const LOOK_AT_KEY_MS = 1_000;

const resumeFrom = (lastEventId: string): Positions => {
  const from = parseResumePoint(lastEventId);
  if (from) return from;
  throw new ProblemError(
    problem(
      'wrong-parameter',
      'Last-Event-ID is no id of this stream: send the id of the last event received, or leave the header out.',
    ),
  );
};

/** A receiver that reads slowly makes its own stream wait, and nothing else. */
const writerTo =
  (response: ServerResponse, signal: AbortSignal) =>
  async (text: string): Promise<void> => {
    if (response.write(text) || signal.aborted) return;
    await once(response, 'drain', { signal });
  };
