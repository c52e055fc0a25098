import { problem, ProblemError } from '@weir/service';
import type { FastifyInstance } from 'fastify';

/** What files are sent as. JSON bodies are read by the shell already. */
export const FEED_CONTENT_TYPES = [
  'application/octet-stream',
  'application/gzip',
  'application/x-gzip',
  'application/zip',
  'application/x-zip-compressed',
  'application/x-ndjson',
  'application/jsonl',
  'text/csv',
];

/** What the routes that take files begin with. */
export const FEEDS_ROUTE = '/v1/feeds/';

/** Hands files on as streams, whatever their size; other routes answer these types with 415 as before. */
export const acceptFeedBodies = (server: FastifyInstance): void => {
  for (const type of FEED_CONTENT_TYPES.filter((one) => !server.hasContentTypeParser(one))) {
    server.addContentTypeParser(type, (request, payload, done) => {
      if (request.is404 || request.routeOptions.url?.startsWith(FEEDS_ROUTE)) done(null, payload);
      else
        done(
          new ProblemError(
            problem(
              415,
              `The content type ${type} is not accepted here: send JSON with content-type application/json or an application/...+json type.`,
            ),
          ),
        );
    });
  }
};
