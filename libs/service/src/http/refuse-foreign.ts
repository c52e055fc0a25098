import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpSettings } from './http-settings.js';
import { ownHosts } from './own-hosts.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what the pages of others make a browser send: requests under a name that is not ours, and writes from a page
 * that is not ours. A browser says where a request comes from, in headers that no page can set: Sec-Fetch-Site
 * (https://www.w3.org/TR/fetch-metadata/) where the connection is encrypted or to this machine, Origin with every
 * request that may write. What is no browser sends neither and is let through. Nothing is changed by reading, and no
 * answer allows the page of others to read it.
 */
export const refuseForeign = (server: FastifyInstance, settings: Pick<HttpSettings, 'host' | 'ownNames'>): void => {
  const isOwnHost = ownHosts(settings);
  const names = new Set(settings.ownNames);
  server.addHook('onRequest', async (request) => {
    const { host } = request.headers;
    if (host !== undefined && !isOwnHost(host)) throw foreignName(host);
    if (!SAFE.has(request.method) && !isOfOwnPage(request, names)) throw foreignPage(request);
  });
};

const isOfOwnPage = ({ headers }: FastifyRequest, names: ReadonlySet<string>): boolean => {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return from.host === host?.toLowerCase() || names.has(from.hostname);
};

const foreignName = (host: string): ProblemError =>
  new ProblemError(
    problem(
      421,
      `${JSON.stringify(shortened(host))} is no name of this service: ask it by its address, or set OWN_NAMES to the names under which browsers and proxies reach it.`,
    ),
  );

const foreignPage = ({ headers }: FastifyRequest): ProblemError => {
  const origin = headers.origin === undefined ? 'another site' : JSON.stringify(shortened(headers.origin));
  return new ProblemError(
    problem(
      403,
      `A page of ${origin} may change nothing here: use the console, or set OWN_NAMES when that is the name under which browsers reach this service.`,
    ),
  );
};

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
