import { SERVICES } from '@weir/service';

const OWNERS: readonly (readonly [prefix: string, service: string])[] = [
  ['/v1/events', SERVICES.ingest],
  ['/v1/feeds', SERVICES.enrichment],
  ['/v1/effects', SERVICES.action],
  ['/v1/', SERVICES.api],
];

/** The service that a route of the all-in-one process belongs to; null for the console's files and for health checks. */
export const serviceOfRoute = (route: string): string | null => OWNERS.find(([prefix]) => route.startsWith(prefix))?.[1] ?? null;
