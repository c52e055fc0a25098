import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NEEDS_NOTHING } from '@weir/service';
import type { FastifyInstance } from 'fastify';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'console', 'dist');

/**
 * Serves the built console at `/`; its routes live behind the hash, so no other path is taken. Its files need no key: they
 * are where a person gives one.
 */
export const serveConsole = async (app: NestFastifyApplication): Promise<void> => {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error(`The console is not built (${folder} is missing). Run npm run build.`);
  await app.register(async (pages: FastifyInstance) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...NEEDS_NOTHING };
    });
    await pages.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', cachingOf(path)),
    });
  });
};

/** A file of assets is named by its content; the page that names them is asked for again, so that an upgrade is seen at once. */
const cachingOf = (path: string): string =>
  path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache';
