import type pg from 'pg';
import { readJudgements, type JudgementRow } from '../judge-packages/judgement-rows.js';
import { unanswered, type AskedObservation } from '../judge-packages/unanswered.js';

/** Of observations those that have no decision yet. */
export const undecidedAmong = async <Asked extends AskedObservation>(
  pool: pg.Pool,
  observations: readonly Asked[],
): Promise<readonly Asked[]> => unanswered(pool, observations, await judgementsOf(pool, observations));

/** The facts that packages were judged on last, by key; those that were never judged are left out. */
export const judgedFacts = async (
  pool: pg.Pool,
  packages: readonly { readonly key: string }[],
): Promise<ReadonlyMap<string, string | null>> =>
  new Map([...(await judgementsOf(pool, packages))].map(([key, { factsDigest }]) => [key, factsDigest]));

const judgementsOf = (
  pool: pg.Pool,
  packages: readonly { readonly key: string }[],
): Promise<ReadonlyMap<string, JudgementRow>> => readJudgements(pool, [...new Set(packages.map(({ key }) => key))]);
