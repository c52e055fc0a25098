import { inTransaction } from '@weir/postgres';
import type { Kept, Retained } from '@weir/service';
import type pg from 'pg';
import type { ActionConfiguration } from '../config.js';

const AT_ONCE = 1_000;

/**
 * When an effect of a row was asked for. It is a member of the row's JSON text and nothing else can be: within a text a
 * quotation mark has a backslash before it.
 */
export const requestedAtOf = (row: string): string =>
  `(substring(${row}.request FROM '"requestedAt": ?"([^"]+)"'))::timestamptz`;

/** Of what is over: what is pending is yet to be told. */
const OLDEST = `
  SELECT e.effect_id AS id, ${requestedAtOf('e')} < $1 AS "isOld"
    FROM action.effect e WHERE e.status <> 'pending' ORDER BY e.sequence LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`;

/**
 * Effects that are over, with their deliveries. What a package was last asked to be stays (`action.package`), so that
 * nothing is asked for again. They are numbered in the order in which they were asked for, so that the oldest are looked
 * at alone; those that `views rebuild` numbered anew wait for their turn.
 */
export const effectRetention: Retained = {
  table: 'action.effect',
  deleteSome: (pool, before) =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ id: string; isOld: boolean }>(OLDEST, [before]);
      const old = rows.filter(({ isOld }) => isOld).map(({ id }) => id);
      const deleted = old.length === 0 ? 0 : await deleteEffects(client, old);
      return { deleted, isDone: old.length < AT_ONCE };
    }),
  oldest: async (pool) => {
    const { rows } = await pool.query<{ at: Date }>(
      `SELECT ${requestedAtOf('e')} AS at FROM action.effect e ORDER BY e.sequence LIMIT 1`,
    );
    return rows[0]?.at ?? null;
  },
};

const deleteEffects = async (client: pg.PoolClient, ids: readonly string[]): Promise<number> => {
  const { rowCount: deliveries } = await client.query('DELETE FROM action.delivery WHERE effect_id = ANY ($1)', [ids]);
  const { rowCount: effects } = await client.query('DELETE FROM action.effect WHERE effect_id = ANY ($1)', [ids]);
  return (deliveries ?? 0) + (effects ?? 0);
};

/** For how long what action did is kept. */
export const actionRetention = ({ EFFECT_DAYS: days }: Pick<ActionConfiguration, 'EFFECT_DAYS'>): readonly Kept[] => [
  { ...effectRetention, days },
];
