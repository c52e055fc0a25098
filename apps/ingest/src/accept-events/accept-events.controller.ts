import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Retryable } from '@weir/postgres';
import { Asking, Needs, problem, ProblemError, WITHIN_WORKSPACES } from '@weir/service';
import type { Principal } from '@weir/domain';
import type { AcceptEvents, Accepted } from './accept-events.js';
import { acceptedOpenApi, batchOpenApi, dataOpenApi, eventOpenApi, problemOpenApi } from './open-api.js';

export const ACCEPT_EVENTS = Symbol('ACCEPT_EVENTS');

const problemContent = { content: { 'application/problem+json': { schema: problemOpenApi } } };

@ApiTags('events')
@Controller('v1/events')
export class AcceptEventsController {
  constructor(@Inject(ACCEPT_EVENTS) private readonly acceptEvents: AcceptEvents) {}

  @Post()
  @Needs('events:send', WITHIN_WORKSPACES)
  @HttpCode(202)
  @ApiOperation({
    operationId: 'sendEvents',
    summary: 'Report what happened to packages',
    description:
      'CloudEvents 1.0 in structured, batch or binary mode. 202 means durable; of a refused request nothing is taken.',
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': { schema: eventOpenApi },
        'application/cloudevents-batch+json': { schema: batchOpenApi },
        'application/json': { schema: dataOpenApi },
      },
    },
  })
  @ApiResponse({
    status: 202,
    description: 'Every event is durable',
    content: { 'application/json': { schema: acceptedOpenApi } },
  })
  @ApiResponse({ status: 413, description: 'The body, the batch or one event is too large', ...problemContent })
  @ApiResponse({ status: 415, description: 'The content type is not one of the above', ...problemContent })
  @ApiResponse({ status: 422, description: 'An event is wrong; errors name the fields', ...problemContent })
  @ApiResponse({
    status: 503,
    description: 'The topics cannot be reached; send the same request again',
    ...problemContent,
  })
  async accept(
    @Headers() headers: Record<string, string | string[] | undefined>,
    @Body() body: unknown,
    @Asking() principal: Principal,
  ): Promise<Accepted> {
    const outcome = await this.acceptEvents(headers, body, principal).catch(unavailable);
    if (!('refused' in outcome)) return outcome;
    const { status, detail, errors } = outcome.refused;
    throw new ProblemError(problem(status, detail, errors));
  }
}

const unavailable = (fault: unknown): never => {
  if (!(fault instanceof Retryable)) throw fault;
  throw new ProblemError(
    problem(503, 'The events could not be stored for now: send the same request again, it is harmless.'),
    { cause: fault, headers: { 'retry-after': '1' } },
  );
};
