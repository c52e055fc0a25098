import { TOPICS, type PackageQuery } from '@weir/contracts';
import type { Topics } from '@weir/messaging';
import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { equals, whereClause } from '../paging/where-clause.js';
import type { AskedPackage } from '../package-view/asked-package.js';
import { readAccepted } from './follow-accepted.js';

/** A package that was accepted and has no decision yet. */
export interface AcceptedRow {
  readonly package_key: string;
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly accepted_at: Date;
  readonly refused_at: Date | null;
  readonly refused_because: string | null;
}

/** What was accepted of a package; 'unknown' when that cannot be told now. */
export type FindAccepted = (asked: AskedPackage, query: PackageQuery) => Promise<readonly AcceptedRow[] | 'unknown'>;

interface FindPorts {
  readonly pool: pg.Pool;
  readonly topics: Pick<Topics, 'ends'>;
}

const PATIENCE_MS = 2_000;
const LOOK_AGAIN_AFTER_MS = 10;

/**
 * Finds what was accepted before it was asked. Invariant: where every event ends is read after the question came, and rows after all
 * of them were noted; so what was answered with 202 before is found here, or has its decision by then (the caller looks again).
 */
export const findAccepted = ({ pool, topics }: FindPorts): FindAccepted => {
  const caughtUp = sharedByWhoWaits(async () => {
    const ends = await topics.ends(TOPICS.observed);
    for (const until = performance.now() + PATIENCE_MS; ;) {
      const read = await readAccepted(pool);
      if (ends.every((end, partition) => (read.get(partition) ?? 0) >= end)) return true;
      if (performance.now() > until) return false;
      await sleep(LOOK_AGAIN_AFTER_MS);
    }
  });
  return async (asked, query) => {
    if (!(await caughtUp().catch(() => false))) return 'unknown';
    const { text, values } = whereClause([
      ['purl = ANY (?::text[])', asked.spellings],
      equals('workspace', query.workspace),
      equals('repository', query.repository),
    ]);
    const { rows } = await pool.query<AcceptedRow>(
      `SELECT * FROM api.accepted ${text} ORDER BY package_key LIMIT 100`,
      [...values],
    );
    return rows;
  };
};

/** Who asks while an answer is under way shares the next one: none is older than the question. */
const sharedByWhoWaits = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Answer> | null = null;
  return () => {
    next ??= running.then(() => {
      next = null;
      const answer = ask();
      running = answer.catch(() => undefined);
      return answer;
    });
    return next;
  };
};
