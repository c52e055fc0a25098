import type { FastifyInstance } from 'fastify';
import { CLOSED_TO_PAGES } from './page-headers.js';

/** Every answer says what a browser may do with it: nothing, until whoever serves a page says otherwise (`openPages`). */
export const closeToPages = (server: FastifyInstance): void => {
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(CLOSED_TO_PAGES);
    done();
  });
  // A browser writes what a 304 says over what it keeps (RFC 9111, 3.2): a page would come back closed to its own scripts.
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode === 304) void reply.removeHeader('content-security-policy');
    done(null, payload);
  });
};

/** What a page may load; directives of a Content-Security-Policy. */
export type PagePolicy = Readonly<Record<string, string>>;

const ALWAYS: PagePolicy = { 'default-src': "'none'", 'base-uri': "'none'", 'frame-ancestors': "'none'" };

/** Answers that are HTML get the policy of their page, by the beginning of their path: the longest that fits. */
export const openPages = (server: FastifyInstance, pages: Readonly<Record<string, PagePolicy>>): void => {
  const policies = Object.entries(pages)
    .map(([path, policy]) => [path, policyText({ ...ALWAYS, ...policy })] as const)
    .toSorted(([a], [b]) => b.length - a.length);
  server.addHook('onSend', (request, reply, payload, done) => {
    if (String(reply.getHeader('content-type') ?? '').startsWith('text/html')) {
      const policy = policies.find(([path]) => request.url.startsWith(path))?.[1];
      if (policy !== undefined) void reply.header('content-security-policy', policy);
    }
    done(null, payload);
  });
};

const policyText = (policy: PagePolicy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
