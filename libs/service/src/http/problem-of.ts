import { HttpException } from '@nestjs/common';
import { problem } from './problem.js';
import { ProblemError, type ProblemDocument } from './problem-error.js';

/** What a client is told about `fault`: its problem when it is a refusal, otherwise 500 without internals. */
export const problemOf = (fault: unknown, bodyLimit: number): ProblemDocument => {
  if (fault instanceof ProblemError) return fault.problem;
  const status = statusOf(fault);
  if (status === null || status >= 500) return problem(status ?? 500, 'The service failed; the cause is in its log.');
  return problem(status, detailOf(status, fault, bodyLimit));
};

const statusOf = (fault: unknown): number | null => {
  if (fault instanceof HttpException) return fault.getStatus();
  const status = (fault as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : null;
};

const detailOf = (status: number, fault: unknown, bodyLimit: number): string => {
  if (status === 413) return `The body is over ${bodyLimit} bytes: send it in smaller parts.`;
  if (status === 415)
    return 'The content type is not accepted: send JSON with content-type application/json or an application/...+json type.';
  if (isMalformedAddress(fault))
    return 'The address holds a % that begins no byte of UTF-8: percent-encode each part of the path, % itself as %25.';
  if (status === 414) return 'A part of the path is over 8192 characters: shorten it.';
  return fault instanceof Error ? fault.message : 'The request is not valid.';
};

const isMalformedAddress = (fault: unknown): boolean =>
  (fault as { readonly code?: unknown } | null)?.code === 'FST_ERR_BAD_URL';
