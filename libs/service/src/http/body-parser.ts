import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson } from './parse-json.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';
import { refuseChangedNumbers } from './refuse-changed-numbers.js';

const JSON_TYPES = /^application\/(?:json|[\w.!#$&^-]+\+json)(?:\s*;|$)/i;

/** Bodies are JSON of any `application/*+json` type, uncompressed; everything else is answered 415. */
export const acceptJsonBodies = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseEncoded(request);
      const value = parseJson(body as Buffer);
      refuseChangedNumbers((body as Buffer).toString('utf8'));
      done(null, value);
    } catch (fault) {
      done(fault as Error);
    }
  });
};

const refuseEncoded = (request: FastifyRequest): void => {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new ProblemError(
    problem(415, `Content-Encoding ${JSON.stringify(encoding)} is not accepted: send the body uncompressed.`),
  );
};
