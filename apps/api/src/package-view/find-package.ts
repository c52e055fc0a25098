import type { PackageDetail, PackageEffect, PackageQuery } from '@weir/contracts';
import type pg from 'pg';
import type { FindAccepted } from '../accepted/find-accepted.js';
import { unjudgedProblem } from '../accepted/unjudged-problem.js';
import type { ApiPorts } from '../api-ports.js';
import type { LookUpPackage } from '../verdict/look-up-packages.js';
import type { AskedPackage } from './asked-package.js';
import { packageSummary, type PackageViewRow } from './package-row.js';
import { relationOf } from './relation-of.js';
import { unreadOf } from './unread-of.js';

export interface FindPackagePorts extends Pick<ApiPorts, 'pool' | 'eventStore' | 'clock'> {
  readonly lookUp: LookUpPackage;
  readonly findAccepted: FindAccepted;
}

/** A package with what was done about it. Throws a 404 problem when no repository has it, which says whether it is being judged. */
export const findPackage = async (
  { pool, eventStore, clock, lookUp, findAccepted }: FindPackagePorts,
  asked: AskedPackage,
  query: PackageQuery,
): Promise<PackageDetail> => {
  const { purl } = asked;
  const sought = { folded: asked.folded, ...query };
  const isAsked = (row: PackageViewRow): boolean => relationOf(purl, row.purl) === 'same';
  let found = await lookUp(sought);
  if (!found.some(isAsked)) {
    const accepted = await findAccepted(asked, query);
    found = await lookUp(sought);
    if (!found.some(isAsked)) throw unjudgedProblem({ purl, query, known: found, accepted, now: clock() });
  }
  const rows = found.filter(isAsked);
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
