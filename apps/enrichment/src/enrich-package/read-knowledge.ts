import { ecosystemOf, type PackageRef } from '@weir/contracts';
import type pg from 'pg';
import { atOnce, textArray } from '@weir/postgres';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { cvesOf } from '../alias-groups/advisory-ids.js';
import type { EpssScore, KevEntry } from '../build-facts/known.js';
import { readEcosystemLoads } from '../feeds/ecosystem-loads.js';
import { advisoryNameOf } from '../inventory/advisory-name-of.js';
import type { AdvisoryCache } from './advisory-cache.js';

/** What the feeds say, as far as it concerns some packages. */
export interface Knowledge {
  advisoriesOf(named: PackageRef): readonly AdvisoryRecord[];
  readonly epss: ReadonlyMap<string, EpssScore>;
  readonly kev: ReadonlyMap<string, KevEntry>;
  /** Whether advisories of the package's ecosystem were ever loaded. */
  wereAdvisoriesLoaded(named: PackageRef): boolean;
}

/** Reads it for all packages at once: four statements, whatever their number. Take `shareFeeds` before. */
export const readKnowledge = async (
  client: pg.PoolClient,
  cache: AdvisoryCache,
  packages: readonly PackageRef[],
): Promise<Knowledge> => {
  const [named, loads] = await atOnce(client, () => [readNamed(client, packages), readEcosystemLoads(client)]);
  const digests = new Map([...named.values()].flat().map(({ id, digest }) => [id, digest]));
  const records = await readRecords(client, cache, digests);
  const { epss, kev } = await readScores(client, [...new Set([...records.values()].flatMap(cvesOf))]);
  const loaded = new Set(loads.map(({ ecosystem }) => ecosystem));
  const advisoriesOf = (one: PackageRef): AdvisoryRecord[] =>
    (named.get(nameKey(one)) ?? []).flatMap(({ id }) => records.get(id) ?? []);
  const wereAdvisoriesLoaded = ({ type }: PackageRef): boolean => loaded.has(ecosystemOf(type) ?? '');
  return { advisoriesOf, epss, kev, wereAdvisoriesLoaded };
};

type Named = Map<string, { readonly id: string; readonly digest: string }[]>;

const nameKey = (named: PackageRef): string => {
  const { ecosystem, name } = advisoryNameOf(named);
  return ecosystem === null ? '' : `${ecosystem}/${name}`;
};

const readNamed = async (client: pg.PoolClient, packages: readonly PackageRef[]): Promise<Named> => {
  const names = [...new Map(packages.map((one) => [nameKey(one), advisoryNameOf(one)])).values()].filter(
    ({ ecosystem }) => ecosystem !== null,
  );
  const named: Named = new Map();
  if (names.length === 0) return named;
  const { rows } = await client.query<{ ecosystem: string; name: string; id: string; digest: string }>(
    `SELECT x.ecosystem, x.package_name AS name, a.id, a.digest
       FROM unnest($1::text[], $2::text[]) AS n(ecosystem, name)
       JOIN intelligence.advisory_affects x ON x.ecosystem = n.ecosystem AND x.package_name = n.name
       JOIN intelligence.advisory a ON a.id = x.advisory_id AND a.withdrawn_at IS NULL`,
    [textArray(names.map(({ ecosystem }) => ecosystem)), textArray(names.map(({ name }) => name))],
  );
  for (const { ecosystem, name, id, digest } of rows) {
    const key = `${ecosystem}/${name}`;
    const list = named.get(key) ?? [];
    list.push({ id, digest });
    named.set(key, list);
  }
  return named;
};

/** From the cache, and what is not there from the store in one statement. */
const readRecords = async (
  client: pg.PoolClient,
  cache: AdvisoryCache,
  digests: ReadonlyMap<string, string>,
): Promise<Map<string, AdvisoryRecord>> => {
  const records = new Map(
    [...digests].flatMap(([id, digest]) => {
      const record = cache.get(digest);
      return record ? [[id, record] as const] : [];
    }),
  );
  const missing = [...digests.keys()].filter((id) => !records.has(id));
  if (missing.length === 0) return records;
  const { rows } = await client.query<{ id: string; digest: string; record: string }>(
    'SELECT id, digest, record FROM intelligence.advisory WHERE id = ANY ($1::text[])',
    [missing],
  );
  for (const { id, digest, record: text } of rows) {
    const record = parseAdvisory(JSON.parse(text));
    if ('refused' in record) throw new Error(`Advisory ${id} was stored and cannot be read: ${record.refused}`);
    cache.add(digest, record, text.length);
    records.set(id, record);
  }
  return records;
};

interface ScoreRow {
  readonly cve: string;
  readonly score: number | null;
  readonly percentile: number | null;
  readonly date: string | null;
  readonly dateAdded: string | null;
  readonly dueDate: string | null;
  readonly ransomware: boolean | null;
}

/** A probe for each CVE: a join read both tables whole, twelve thousand scores for three hundred CVEs. */
const readScores = async (client: pg.PoolClient, cves: readonly string[]): Promise<Pick<Knowledge, 'epss' | 'kev'>> => {
  const epss = new Map<string, EpssScore>();
  const kev = new Map<string, KevEntry>();
  if (cves.length === 0) return { epss, kev };
  const { rows } = await client.query<ScoreRow>(
    `SELECT c.cve, e.score, e.percentile, to_char(e.date, 'YYYY-MM-DD') AS date, to_char(k.date_added, 'YYYY-MM-DD') AS "dateAdded",
            to_char(k.due_date, 'YYYY-MM-DD') AS "dueDate", k.ransomware
       FROM unnest($1::text[]) AS c(cve)
       LEFT JOIN LATERAL (SELECT * FROM intelligence.epss_score WHERE cve = c.cve LIMIT 1) AS e ON true
       LEFT JOIN LATERAL (SELECT * FROM intelligence.kev WHERE cve = c.cve LIMIT 1) AS k ON true`,
    [textArray(cves)],
  );
  for (const { cve, score, percentile, date, dateAdded, dueDate, ransomware } of rows) {
    if (score !== null && percentile !== null && date !== null) epss.set(cve, { score, percentile, date });
    if (dateAdded !== null) kev.set(cve, { dateAdded, dueDate, ransomware: ransomware === true });
  }
  return { epss, kev };
};
