import { believedDate, type CoveredEcosystem } from '@weir/domain';
import type pg from 'pg';

type Queryable = Pick<pg.Pool, 'query'>;

/** By name, what a file of advisories covers. */
export type CoveredEcosystems = Readonly<Record<string, CoveredEcosystem>>;

export interface EcosystemLoad {
  readonly ecosystem: string;
  readonly asOf: string | null;
  readonly loadedAt: string;
}

/** The ecosystems of which advisories were loaded. Of a package of another one nobody knows whether it is vulnerable. */
export const readEcosystemLoads = async (client: Queryable): Promise<readonly EcosystemLoad[]> => {
  const { rows } = await client.query<Omit<EcosystemLoad, 'loadedAt'> & { readonly loadedAt: Date }>(
    'SELECT ecosystem, as_of AS "asOf", loaded_at AS "loadedAt" FROM intelligence.ecosystem_load ORDER BY ecosystem',
  );
  return rows.map(({ ecosystem, asOf, loadedAt }) => {
    const at = loadedAt.toISOString();
    return { ecosystem, asOf: believedDate(asOf, at), loadedAt: at };
  });
};

/** Notes what was loaded. Invariant: neither date of an ecosystem moves back unless a file replaces what was known. */
export const noteEcosystems = async (
  client: Queryable,
  covered: CoveredEcosystems,
  loadedAt: string,
  replaces = false,
): Promise<void> => {
  const names = Object.keys(covered);
  if (names.length === 0) return;
  await client.query(
    `INSERT INTO intelligence.ecosystem_load AS l (ecosystem, as_of, loaded_at)
     SELECT *, $3::timestamptz FROM unnest($1::text[], $2::text[])
         ON CONFLICT (ecosystem) DO UPDATE
        SET as_of = CASE WHEN $4::boolean THEN excluded.as_of ELSE greatest(l.as_of, excluded.as_of) END,
            loaded_at = greatest(l.loaded_at, excluded.loaded_at)`,
    [names, names.map((name) => covered[name]?.asOf ?? null), loadedAt, replaces],
  );
};

/**
 * When the ecosystem was loaded that was loaded longest ago; null before the first. A file of npm makes no other one new:
 * this is what an alert must see.
 */
export const oldestLoad = (loads: readonly EcosystemLoad[]): string | null =>
  loads.map(({ loadedAt }) => loadedAt).toSorted()[0] ?? null;
