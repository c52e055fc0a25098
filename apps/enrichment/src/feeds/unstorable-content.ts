import pg from 'pg';
import { brokenFeed, type RefusedFeed } from './refused-feed.js';

/** SQLSTATE classes of what PostgreSQL cannot keep: data exceptions, and rows or index entries that are too large. */
const UNSTORABLE = /^(?:22|54)/;

/**
 * The refusal of a file that holds what PostgreSQL cannot keep; null for every other fault. Readers refuse such content by
 * its line: this stands behind them, so that a file is never a fault of the service.
 */
export const unstorableContent = (fault: unknown): RefusedFeed | null => {
  if (!(fault instanceof pg.DatabaseError) || !UNSTORABLE.test(fault.code ?? '')) return null;
  return brokenFeed(`The file holds what cannot be kept: ${fault.message}. Take that out of it, or fetch it again.`, {
    cause: fault,
  });
};
