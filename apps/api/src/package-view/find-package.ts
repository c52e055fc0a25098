import type { PackageDetail, PackageEffect, PackageQuery } from '@weir/contracts';
import { problem, ProblemError } from '@weir/service';
import type pg from 'pg';
import type { ApiPorts } from '../api-ports.js';
import type { LookUpPackage } from '../verdict/look-up-packages.js';
import type { AskedPackage } from './asked-package.js';
import { knownInstead, notJudged } from './not-judged.js';
import { packageSummary } from './package-row.js';
import { relationOf } from './relation-of.js';
import { unreadOf } from './unread-of.js';

/** A package with what was done about it. Throws a 404 problem when no repository has it. */
export const findPackage = async (
  { pool, eventStore }: Pick<ApiPorts, 'pool' | 'eventStore'>,
  lookUp: LookUpPackage,
  asked: AskedPackage,
  query: PackageQuery,
): Promise<PackageDetail> => {
  const { purl } = asked;
  const found = await lookUp({ folded: asked.folded, ...query });
  const rows = found.filter((row) => relationOf(purl, row.purl) === 'same');
  if (rows.length === 0) {
    const cure = knownInstead(found) || 'Publish it with POST /v1/events.';
    throw new ProblemError(problem(404, `${notJudged(purl, query)} ${cure}`));
  }
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
  const related = new Set(found.filter((row) => !rows.includes(row)).map((row) => row.purl));
  return { purl, related: [...related].slice(0, MOST_RELATED), repositories };
};

const MOST_RELATED = 100;

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
