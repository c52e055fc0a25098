import { eventCatalog } from '@weir/domain';
import { openEventStore, type EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import { findOpa } from '@weir/policy';
import { openPool } from '@weir/postgres';
import { openLists, openPages, type Composed, type ProcessPorts } from '@weir/service';
import type pg from 'pg';
import { ApiModule } from './api.module.js';
import type { ApiPorts } from './api-ports.js';
import type { ApiConfiguration } from './config.js';
import { apiConnections } from './connections.js';
import { PAGE_POLICIES } from './console-page/page-policies.js';
import { serveConsole } from './console-page/serve-console.js';
import { serveOpenApi } from './open-api/serve-open-api.js';
import { readPolicyLibrary } from './policy-library/read-policy-library.js';

export interface ApiProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
  /** Told what happens while the policy compiler is fetched or built; the log is unless told. */
  readonly onProgress?: (line: string) => void;
}

/**
 * The API for a process: policies, packages and decisions over HTTP, the console, and what OpenAPI says of all parts.
 */
export const composeApi = ({ store, onProgress, ...ports }: ApiProcess, config: ApiConfiguration): Composed => {
  const findCompiler = () =>
    findOpa({ cacheDirectory: config.OPA_CACHE, onProgress: onProgress ?? ((line) => ports.logger.info(line)) });
  const apart = openApart(ports, config);
  return {
    module: ApiModule.forRoot({
      ...ports,
      ...apart,
      eventStore: store,
      findCompiler,
      library: readPolicyLibrary(),
      config,
    }),
    addPages: async (app) => {
      openPages(app.getHttpAdapter().getInstance(), PAGE_POLICIES);
      await serveConsole(app);
      serveOpenApi(app);
    },
  };
};

/** Connections apart, so that no kind of question waits for another one's. */
const openApart = (
  { logger, onClose }: Pick<ApiProcess, 'logger' | 'onClose'>,
  { DATABASE_URL: databaseUrl, DATABASE_STATEMENT_MS: statementMillis }: ApiConfiguration,
): Pick<ApiPorts, 'verdicts' | 'lists' | 'streams' | 'streamStore'> => {
  const options = { databaseUrl, logger, statementMillis };
  const verdicts = openPool({
    ...options,
    name: 'weir api verdicts',
    connections: apiConnections['weir api verdicts'],
  });
  const streams = openPool({ ...options, name: 'weir api streams', connections: apiConnections['weir api streams'] });
  const lists = openLists({ databaseUrl, logger, name: 'weir api lists' });
  onClose(async () => {
    await Promise.all([verdicts.end(), streams.end(), lists.close()]);
  });
  return { verdicts, lists, streams, streamStore: openEventStore(streams, eventCatalog) };
};
