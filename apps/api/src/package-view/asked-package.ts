import { parsePackageUrl } from '@weir/contracts';
import { spelledBefore } from '@weir/domain';
import { parameterProblem, ProblemError } from '@weir/service';

/** A package version as somebody asks for it. */
export interface AskedPackage {
  /** Canonical. */
  readonly purl: string;
  /** As versions before wrote it, and the rows of then have it. */
  readonly spellings: readonly string[];
  /** Under which `api.package_view` finds all files of the version, and packages whose names differ in case alone. */
  readonly folded: readonly string[];
}

/** Throws a 400 problem for what is no package URL with a version. */
export const askedPackage = (text: string, place: 'query' | 'path'): AskedPackage => {
  const parsed = parsePackageUrl(text);
  if ('refused' in parsed) throw refused(place, parsed.refused);
  if (parsed.version === null) throw refused(place, 'has no version: add one, as in pkg:npm/lodash@4.17.20');
  const spellings = [...new Set([parsed.purl, spelledBefore(parsed.purl)])];
  return { purl: parsed.purl, spellings, folded: [...new Set(spellings.map(fold))] };
};

/** The same in SQL: FOLDED_PURL. */
const fold = (purl: string): string => (purl.split('?')[0] ?? '').toLowerCase();

/** What the index `package_view_by_folded_purl` holds of the column `purl`. */
export const foldedPurl = (column: string): string => `lower(split_part(${column}, '?', 1) COLLATE "C")`;

const refused = (place: 'query' | 'path', detail: string): ProblemError =>
  new ProblemError(parameterProblem(place, 'purl', detail));
