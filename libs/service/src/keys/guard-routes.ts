import type { Principal } from '@weir/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { ProblemError } from '../http/problem-error.js';
import { admit, identify } from './admit.js';
import type { KeyRing } from './key-ring.js';
import { presentedKey } from './presented-key.js';
import { ruleOf, type Rule } from './rule.js';

/** A route and what it needs. */
export interface GuardedRoute extends Rule {
  readonly method: string;
  /** As the router has it, such as `/v1/packages/:purl`. */
  readonly url: string;
}

type Refuse = (refusal: ProblemError, request: FastifyRequest, reply: FastifyReply) => void;

const principals = new WeakMap<object, Principal>();
const doors = new WeakMap<object, () => Principal | ProblemError>();
const guarded = new WeakMap<object, readonly RouteOptions[]>();

/** Who asks, by the request that the door has let through. */
export const principalOf = (request: object): Principal => {
  const principal = principals.get(request);
  if (principal) return principal;
  throw new Error('This request came by no door: its service was not made by createService.');
};

/** Whether a request that lasts would be let in now, with the same permissions or others: its key may have ended. */
export const isStillLetIn = (request: object): boolean => !(doors.get(request)?.() instanceof ProblemError);

/** Every route of a service with its rule, once it was initialised. */
export const guardedRoutes = (server: object): readonly GuardedRoute[] =>
  (guarded.get(server) ?? []).flatMap(({ method, url, config }) => {
    const rule = ruleOf(config);
    return rule === null ? [] : [method].flat().map((one) => ({ method: one, url, ...rule }));
  });

/**
 * Lets a request through when its key has what the route needs. Call it before the first route is registered.
 * Invariant: a key is checked before a byte of a body is read, and no service starts with a route that has no rule.
 */
export const guardRoutes = (server: FastifyInstance, ring: KeyRing, refuse: Refuse): void => {
  const routes: RouteOptions[] = [];
  guarded.set(server, routes);
  server.addHook('onRoute', (route) => void routes.push(route));
  server.addHook('onReady', async () => refuseUnruled(routes));
  server.addHook('onRequest', (request, reply, done) => {
    const admitted = letIn(request, ring);
    if (admitted instanceof ProblemError) {
      refuse(admitted, request, reply);
      return;
    }
    principals.set(request, admitted);
    doors.set(request, () => letIn(request, ring));
    done();
  });
};

const letIn = (request: FastifyRequest, ring: KeyRing): Principal | ProblemError => {
  const key = presentedKey(request.headers);
  const rule = request.is404 ? null : ruleOf(request.routeOptions.config);
  if (rule) return admit(rule, ring, key);
  // What there is not is said to everybody; who sends a body there must be known before it is read.
  return BODILESS.has(request.method) ? admit(NOTHING, ring, key) : identify(ring, key);
};

const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const NOTHING: Rule = { permission: 'nothing', workspaces: 'own' };

const refuseUnruled = (routes: readonly RouteOptions[]): void => {
  const unruled = routes.filter(({ config }) => ruleOf(config) === null);
  if (unruled.length > 0)
    throw new Error(
      `Nobody said what ${unruled.map(({ method, url }) => `${[method].flat().join('/')} ${url}`).join(', ')} needs. Write @Needs('read') or the like above each method of a controller, and needNothing for files.`,
    );
};
