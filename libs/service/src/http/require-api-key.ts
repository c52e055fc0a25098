import { timingSafeEqual } from 'node:crypto';
import type { CanActivate } from '@nestjs/common';
import { sha256 } from '@weir/postgres';
import { z } from 'zod';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The variable API_KEYS of a service that changes something when asked over HTTP. */
export const apiKeysSchema = z
  .string()
  .optional()
  .transform((keys) => (keys ?? '').split(',').flatMap((key) => key.trim() || []))
  .describe(
    'Keys, separated by commas, of which every request but GET must carry one; unset means that none is asked for',
  );

const FREE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A guard for `app.useGlobalGuards`: whatever changes something needs one of `keys`, as `Authorization: Bearer KEY` or
 * `X-Api-Key: KEY`. Without keys everything is let through.
 */
export const requireApiKey = (keys: readonly string[]): CanActivate => {
  const known = keys.map(sha256);
  return {
    canActivate: (context) => {
      const request = context.switchToHttp().getRequest<Request>();
      if (known.length === 0 || FREE.has(request.method) || isKnown(known, keyOf(request))) return true;
      throw new ProblemError(
        problem(
          401,
          'This needs an API key: send Authorization: Bearer KEY, or X-Api-Key: KEY, with one of the keys in API_KEYS.',
        ),
        {
          headers: { 'www-authenticate': 'Bearer realm="weir"' },
        },
      );
    },
  };
};

const keyOf = ({ headers }: Request): string | null => {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(String(headers['authorization'] ?? '')) ?? [];
  const own = headers['x-api-key'];
  return bearer ?? (typeof own === 'string' ? own : null);
};

/** Invariant: hashes are compared, all of them and whole, so that the time taken says nothing about a key. */
const isKnown = (known: readonly Buffer[], key: string | null): boolean => {
  if (key === null) return false;
  const given = sha256(key);
  return known.map((hash) => timingSafeEqual(hash, given)).includes(true);
};
