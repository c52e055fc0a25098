/** A part of the paths and the service that answers them; of several that fit, the first. */
export interface Route {
  readonly prefix: string;
  readonly service: 'ingest' | 'enrichment' | 'evaluation' | 'action' | 'api';
}

/**
 * Who answers which path: one process, the gateway and the ingress have it from here. The console's files are the
 * API's too.
 */
export const ROUTES: readonly Route[] = [
  { prefix: '/v1/events', service: 'ingest' },
  { prefix: '/v1/feeds', service: 'enrichment' },
  { prefix: '/v1/judging', service: 'evaluation' },
  { prefix: '/v1/effects', service: 'action' },
  { prefix: '/v1', service: 'api' },
  { prefix: '/problems', service: 'api' },
];

/** The service that a path belongs to; null for the console's files and for health checks. */
export const serviceOfRoute = (path: string): Route['service'] | null =>
  ROUTES.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))?.service ?? null;
