import { parsePackageUrl } from '@weir/contracts';
import { parameterProblem, ProblemError } from '@weir/service';

/** The spelling that the read models know. Throws a 400 problem for what is no package URL with a version. */
export const canonicalPurl = (text: string, place: 'query' | 'path'): string => {
  const parsed = parsePackageUrl(text);
  if ('refused' in parsed) throw refused(place, parsed.refused);
  if (parsed.version === null) throw refused(place, 'has no version: add one, as in pkg:npm/lodash@4.17.20');
  return parsed.purl;
};

const refused = (place: 'query' | 'path', detail: string): ProblemError =>
  new ProblemError(parameterProblem(place, 'purl', detail));
