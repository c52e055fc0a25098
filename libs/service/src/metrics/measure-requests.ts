import type { FastifyInstance } from 'fastify';
import type { ServiceOfRoute } from '../tracing/trace-requests.js';
import { record } from './metrics.js';

/** Notes how long every request of a known route took. */
export const measureRequests = (server: FastifyInstance, serviceOf: ServiceOfRoute): void => {
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    const service = route === undefined ? null : serviceOf(route);
    if (route !== undefined && service !== null) {
      record('requests', reply.elapsedTime / 1000, {
        service,
        method: request.method,
        route,
        status: String(reply.statusCode),
      });
    }
    done();
  });
};
