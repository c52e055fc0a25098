import { parsePackageUrl } from '@weir/contracts';
import { problem, ProblemError } from '@weir/telemetry';

/** The spelling that the read models know. Throws a 400 problem for what is no package URL with a version. */
export const canonicalPurl = (text: string): string => {
  const parsed = parsePackageUrl(text);
  if ('refused' in parsed) throw refused(parsed.refused);
  if (parsed.version === null) throw refused('has no version: add one, as in pkg:npm/lodash@4.17.20');
  return parsed.purl;
};

const refused = (detail: string): ProblemError => new ProblemError(problem(400, `/purl ${detail}.`, [{ pointer: '/purl', detail }]));
