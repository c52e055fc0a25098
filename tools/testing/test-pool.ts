import type pg from 'pg';
import { pino } from 'pino';
import { openPool, type PoolLimits } from '@weir/postgres';

/** A pool as services have it, but for any login, which is silent when a connection is lost: tests end them on purpose. */
export const openTestPool = (databaseUrl: string, connections = 10, limits: PoolLimits = {}): pg.Pool =>
  openPool({ databaseUrl, name: 'test', logger: pino({ level: 'silent' }), connections, login: 'anybody', ...limits });
