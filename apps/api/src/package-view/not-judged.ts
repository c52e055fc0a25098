import type { PackageQuery } from '@weir/contracts';
import type { PackageViewRow } from './package-row.js';

export const notJudged = (purl: string, { workspace, repository }: PackageQuery): string => {
  const where = [repository && `repository ${repository}`, workspace && `workspace ${workspace}`]
    .filter(Boolean)
    .join(' of ');
  return `${purl} has not been judged yet${where ? ` in ${where}` : ''}.`;
};

const MOST_NAMED = 10;

/** What is known instead of the package asked for, as a sentence; empty when nothing is. */
export const knownInstead = (rows: readonly Pick<PackageViewRow, 'purl'>[]): string => {
  const purls = [...new Set(rows.map(({ purl }) => purl))];
  if (purls.length === 0) return '';
  const further = purls.length > MOST_NAMED ? ` and ${purls.length - MOST_NAMED} more` : '';
  return `Known are ${purls.slice(0, MOST_NAMED).join(', ')}${further}: ask for one of them.`;
};
