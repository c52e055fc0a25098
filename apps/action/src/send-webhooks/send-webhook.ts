import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AttemptOutcome, EffectRequested } from '@weir/domain';
import { storableText } from '@weir/postgres';
import { ATTRIBUTES, errorTypeOf, failSpan, noteOnSpan, withTraceContext } from '@weir/service';
import type { Clock } from '../clock.js';
import type { Endpoint } from './endpoint.js';
import { readAnswer, type Answer } from './read-answer.js';
import { AddressRefused, publicLookup, refusePrivateHost } from './vetted-lookup.js';
import { signedHeaders, webhookMessage } from './webhook-message.js';

export interface SendPorts {
  readonly clock: Clock;
  /** Milliseconds that an endpoint has from connecting to answering. */
  readonly timeout: number;
}

/** Tells an endpoint of an effect, once; `signal` gives the attempt up. Every fault is an outcome. */
export type Send = (
  endpoint: Endpoint,
  effect: EffectRequested['data'],
  signal: AbortSignal,
) => Promise<AttemptOutcome>;

export const sendWebhook =
  ({ clock, timeout }: SendPorts): Send =>
  async (endpoint, effect, signal) => {
    const message = webhookMessage(effect, endpoint.name);
    try {
      const headers = {
        ...signedHeaders(message, endpoint.secrets, clock()),
        ...withTraceContext({ 'content-type': 'application/cloudevents+json; charset=utf-8', 'user-agent': 'weir' }),
      };
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      const answer = await post(endpoint, headers, message.body, deadline);
      noteAnswer(answer);
      return readAnswer(answer, clock());
    } catch (fault) {
      failSpan(errorTypeOf(fault));
      return outcomeOf(fault, timeout);
    }
  };

/** Of a client every status from 400 on is an error, by OpenTelemetry's HTTP conventions. */
const noteAnswer = ({ status }: Answer): void => {
  noteOnSpan({ [ATTRIBUTES.status]: status });
  if (status >= 400) failSpan(String(status));
};

const LONGEST_REASON = 500;

const outcomeOf = (fault: unknown, timeout: number): AttemptOutcome => {
  if (fault instanceof AddressRefused) return { kind: 'rejected', reason: fault.message };
  if (fault instanceof Error && fault.name === 'AbortError')
    return { kind: 'failed', reason: `No answer within ${timeout} ms`, retryAfter: null };
  return {
    kind: 'failed',
    reason: `No answer: ${storableText(describe(fault)).slice(0, LONGEST_REASON)}`,
    retryAfter: null,
  };
};

/** Several addresses that all fail come as one AggregateError without a message. */
const describe = (fault: unknown): string => {
  if (!(fault instanceof Error)) return String(fault);
  if (fault instanceof AggregateError && fault.message === '') return fault.errors.map(describe).join('; ');
  return fault.message;
};

/** One request on a connection of its own; the answer's body is let go by, and `signal` ends one that never ends. */
const post = (
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Answer> => {
  const url = new URL(endpoint.url);
  if (!endpoint.allowPrivate) refusePrivateHost(url);
  const bytes = Buffer.from(body, 'utf8');
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': bytes.byteLength },
    agent: false,
    signal,
    ...(endpoint.allowPrivate ? {} : { lookup: publicLookup }),
  };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      response.on('error', () => undefined).resume();
    };
    const request =
      url.protocol === 'http:' ? requestHttp(url, options, answered) : requestHttps(url, options, answered);
    request.on('error', reject).end(bytes);
  });
};
