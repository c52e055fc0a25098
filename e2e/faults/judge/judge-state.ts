import { asking } from '../ask-database.ts';

/** Whether all that changed has reached all packages, as the tables say. */
export interface StateFinding {
  /** Packages that were last looked at under other policies than those that are active at last. */
  readonly unswept: number;
  /** Packages that were last judged by other facts than those that were told of them last. */
  readonly onOldFacts: number;
  /** Packages that a feed concerns and that wait to be looked at. */
  readonly unassessed: number;
}

export const judgeState = (url: string, policySetDigest: string | null): Promise<StateFinding> =>
  asking(url, async (client) => {
    const { rows } = await client.query<StateFinding>(STATE, [policySetDigest]);
    return rows[0] ?? { unswept: 0, onOldFacts: 0, unassessed: 0 };
  });

/** Facts are numbered per package, so that the numbers tell; what is deleted is not judged any more. */
const STATE = `
  SELECT (SELECT count(*) FROM evaluation.judgement
           WHERE presence = 'present' AND policy_set_digest IS DISTINCT FROM $1)::float8 AS unswept,
         (SELECT count(*) FROM intelligence.inventory i LEFT JOIN evaluation.judgement j ON j.package_key = i.package_key
           WHERE j.sequence IS DISTINCT FROM i.sequence)::float8 AS "onOldFacts",
         (SELECT count(*) FROM intelligence.pending_reassessment)::float8 AS unassessed`;
