import type { Logger } from '@weir/postgres';

/** Notes when keys were used. */
export interface KeyUse {
  note(keyId: string, at: Date): void;
}

/** What asks PostgreSQL: a pool. */
interface Queryable {
  query(text: string, values: unknown[]): Promise<unknown>;
}

const HOUR_MS = 3_600_000;

/** Where nothing is noted. */
export const noKeyUse: KeyUse = { note: () => undefined };

/**
 * Notes the use of a key in `access.key_use`, at most once an hour by each process, and beside the request: what cannot be
 * noted is noted an hour later.
 */
export const keyUseIn = (pool: Queryable, logger: Logger): KeyUse => {
  const noted = new Map<string, number>();
  return {
    note: (keyId, at) => {
      if (at.getTime() - (noted.get(keyId) ?? -Infinity) < HOUR_MS) return;
      noted.set(keyId, at.getTime());
      pool
        .query(NOTE, [keyId, at])
        .catch((fault: unknown) => logger.debug({ err: fault, keyId }, 'the use of a key was not noted'));
    },
  };
};

const NOTE = `
  INSERT INTO access.key_use (key_id, last_used_at) VALUES ($1, $2)
  ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
   WHERE key_use.last_used_at < excluded.last_used_at`;

/** When each key was last used, to the hour, by id. */
export const readKeyUse = async (pool: {
  query(text: string): Promise<{ readonly rows: readonly { readonly keyId: string; readonly lastUsedAt: Date }[] }>;
}): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await pool.query(
    'SELECT key_id AS "keyId", date_trunc(\'hour\', last_used_at, \'UTC\') AS "lastUsedAt" FROM access.key_use',
  );
  return new Map(rows.map(({ keyId, lastUsedAt }) => [keyId, lastUsedAt.toISOString()]));
};
