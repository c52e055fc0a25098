import type pg from 'pg';
import type { EventStore } from './event-store.js';

export const openEventStore = (_pool: pg.Pool): EventStore => {
  throw new Error('The event store is being written.');
};
