import type { FastifyInstance } from 'fastify';

/** The methods that have a route for the path of `url`; none when no route has that path. */
export type AllowedMethods = (url: string) => readonly string[];

/** Watches the routes as they are registered; call it before the first one is. */
export const watchAllowedMethods = (server: FastifyInstance): AllowedMethods => {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    if (!url.startsWith('*') && url !== '/*') routes.push({ path: pathPattern(url), methods: [method].flat() });
  });
  return (url) => {
    const path = url.split('?')[0] ?? url;
    return [...new Set(routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods))].toSorted();
  };
};

const pathPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : literal(part).replace('\\*', '.*')))
      .join('/')}/?$`,
  );

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
