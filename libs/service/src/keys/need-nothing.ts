import type { FastifyInstance } from 'fastify';
import { NEEDS_NOTHING } from './rule.js';

/** Routes of no controller that need no key: files of pages, whose `url` says so. Call it before they are registered. */
export const needNothing = (server: FastifyInstance, isPage: (url: string) => boolean): void => {
  server.addHook('onRoute', (route) => {
    if (isPage(route.url)) route.config = { ...route.config, ...NEEDS_NOTHING };
  });
};
