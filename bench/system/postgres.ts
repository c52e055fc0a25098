import type * as Embedded from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

const built = new URL('../../apps/weir/dist/embedded-postgres/start-embedded-postgres.js', import.meta.url);

/** The PostgreSQL that npm brought, with its default durability: fsync, synchronous_commit and full_page_writes are on. */
export const startPostgres = async (folder: string): Promise<Embedded.EmbeddedPostgres> => {
  const { startEmbeddedPostgres } = (await import(built.href)) as typeof Embedded;
  return startEmbeddedPostgres(folder);
};
