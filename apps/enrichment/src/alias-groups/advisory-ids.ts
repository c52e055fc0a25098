import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';

const CVE = /^CVE-\d{4}-\d{4,}$/;

const cves = new WeakMap<AdvisoryRecord, readonly string[]>();

/** An advisory's own id and its aliases. `related` names other vulnerabilities and does not count. */
export const advisoryIds = (record: AdvisoryRecord): readonly string[] => [record.id, ...record.aliases];

/** The CVEs an advisory is about: its id and aliases, else those of the upstream advisories it passes on. */
export function cvesOf(record: AdvisoryRecord): readonly string[] {
  const known = cves.get(record);
  if (known !== undefined) return known;
  const own = advisoryIds(record).filter((id) => CVE.test(id));
  const found = [...new Set(own.length > 0 ? own : record.upstream.filter((id) => CVE.test(id)))];
  cves.set(record, found);
  return found;
}
