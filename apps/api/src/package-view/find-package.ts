import type { PackageDetail, PackageEffect, PackageQuery } from '@weir/contracts';
import { problem, ProblemError } from '@weir/service';
import type pg from 'pg';
import type { ApiPorts } from '../api-ports.js';
import { equals, whereClause } from '../paging/where-clause.js';
import { packageSummary, type PackageViewRow } from './package-row.js';
import { unreadOf } from './unread-of.js';

/** The rows of a package in every repository, or in the one asked for. `purl` is canonical. */
export const packageRows = async (
  pool: pg.Pool,
  purl: string,
  { workspace, repository }: PackageQuery,
): Promise<readonly PackageViewRow[]> => {
  const { text, values } = whereClause([
    equals('purl', purl),
    equals('workspace', workspace),
    equals('repository', repository),
  ]);
  const { rows } = await pool.query<PackageViewRow>(
    `SELECT * FROM api.package_view ${text} ORDER BY workspace, repository`,
    [...values],
  );
  return rows;
};

/** A package with what was done about it. Throws a 404 problem when no repository has it. */
export const findPackage = async (
  { pool, eventStore }: Pick<ApiPorts, 'pool' | 'eventStore'>,
  purl: string,
  query: PackageQuery,
): Promise<PackageDetail> => {
  const rows = await packageRows(pool, purl, query);
  if (rows.length === 0)
    throw new ProblemError(problem(404, `${notJudged(purl, query)} Publish it with POST /v1/events.`));
  const effects = await effectsOf(
    pool,
    rows.map(({ package_key }) => package_key),
  );
  const repositories: PackageDetail['repositories'] = [];
  for (const row of rows) {
    const summary = packageSummary(row);
    const unread = await unreadOf(eventStore, summary.decision.id);
    repositories.push({ ...summary, effects: effects.get(row.package_key) ?? [], unread });
  }
  return { purl, repositories };
};

export const notJudged = (purl: string, { workspace, repository }: PackageQuery): string => {
  const where = [repository && `repository ${repository}`, workspace && `workspace ${workspace}`]
    .filter(Boolean)
    .join(' of ');
  return `${purl} has not been judged yet${where ? ` in ${where}` : ''}.`;
};

interface EffectViewRow {
  readonly package_key: string;
  readonly effect_id: string;
  readonly decision_id: string;
  readonly kind: string;
  readonly requested_at: Date;
  readonly deliveries: PackageEffect['deliveries'];
}

const MOST_EFFECTS = 20;

const effectsOf = async (pool: pg.Pool, keys: readonly string[]): Promise<ReadonlyMap<string, PackageEffect[]>> => {
  const { rows } = await pool.query<EffectViewRow>(
    `SELECT e.* FROM unnest($1::text[]) AS shown (package_key), LATERAL (
       SELECT * FROM api.effect_view WHERE package_key = shown.package_key ORDER BY requested_at DESC LIMIT $2) AS e`,
    [keys, MOST_EFFECTS],
  );
  const effects = new Map<string, PackageEffect[]>();
  for (const { package_key, effect_id, decision_id, kind, requested_at, deliveries } of rows) {
    const effect = {
      effectId: effect_id,
      decisionId: decision_id,
      kind,
      requestedAt: requested_at.toISOString(),
      deliveries,
    };
    effects.set(package_key, [...(effects.get(package_key) ?? []), effect]);
  }
  return effects;
};
