import { HttpException, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reasonForStrangers, type Logger } from '@weir/postgres';
import type { AllowedMethods } from './allowed-methods.js';
import { CLOSED_TO_PAGES } from './page-headers.js';
import { problemOf } from './problem-of.js';
import { problem } from './problem.js';
import { ProblemError, type ProblemDocument } from './problem-error.js';

export interface ProblemFilterOptions {
  readonly logger: Logger;
  readonly bodyLimit: number;
  readonly allowedMethods: AllowedMethods;
}

/** Answers every fault and refusal of an application as application/problem+json. */
export const problemFilter = (options: ProblemFilterOptions): ExceptionFilter => ({
  catch: (fault: unknown, host: ArgumentsHost) => {
    const http = host.switchToHttp();
    answer(fault, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), options);
  },
});

/** The same for faults that arise before the framework routes, such as a malformed URL. */
export const answer = (
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ProblemFilterOptions,
): void => {
  const fault = asUnavailable(thrown);
  const allowed = isUnrouted(request) && isNotServed(fault) ? options.allowedMethods(request.url) : [];
  const refusal = allowed.length > 0 ? methodNotAllowed(request, allowed) : problemOf(fault, options.bodyLimit);
  if (refusal.status >= 500 && !(fault instanceof ProblemError && fault.cause === undefined)) {
    options.logger.error({ err: fault, method: request.method, url: request.url }, 'a request failed');
  }
  if (reply.sent || reply.raw.headersSent) return;
  const headers = fault instanceof ProblemError ? fault.headers : {};
  void reply
    .code(refusal.status)
    .headers({ ...CLOSED_TO_PAGES, ...headers, ...(allowed.length > 0 && { allow: allowed.join(', ') }) })
    .type('application/problem+json')
    .send(JSON.stringify(refusal));
};

const RETRY_AFTER_SECONDS = '5';

/** What passes by itself, or an operator cures, is no failure of the service: the same request is right later. */
const asUnavailable = (fault: unknown): unknown => {
  const reason = fault instanceof ProblemError ? null : reasonForStrangers(fault);
  if (reason === null) return fault;
  return new ProblemError(
    problem('unavailable', `Not possible now: ${reason.replace(/\.$/, '')}. Send the same request again later.`),
    {
      cause: fault,
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    },
  );
};

/** fastify asks some methods for a content type before it sees that no route has them. */
const isNotServed = (fault: unknown): boolean =>
  fault instanceof NotFoundException || (fault instanceof HttpException && fault.getStatus() === 400);

const isUnrouted = (request: FastifyRequest): boolean => request.is404;

const methodNotAllowed = (request: FastifyRequest, allowed: readonly string[]): ProblemDocument =>
  problem(405, `${request.method} is not possible at ${request.url.split('?')[0]}: use ${allowed.join(' or ')}.`);
