import newerIds from 'spdx-license-ids/index.json' with { type: 'json' };
import exceptions from './spdx-exceptions.json' with { type: 'json' };
import licences from './spdx-licences.json' with { type: 'json' };

export interface SpdxLicence {
  readonly name: string;
  readonly category: string;
  readonly osi: boolean;
  readonly deprecated: boolean;
}

/** The SPDX licence list 3.28.0, with categories by ScanCode LicenseDB. */
export const SPDX_LICENCES: ReadonlyMap<string, SpdxLicence> = new Map(Object.entries(licences));

/** Exceptions of the same list, with the category of what they grant. */
export const SPDX_EXCEPTIONS: ReadonlyMap<string, string> = new Map(Object.entries(exceptions));

const byLowerCase = (ids: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...ids].map((id) => [id.toLowerCase(), id]));

/** Ids that SPDX has listed since are valid too: of those neither name nor category is known here. */
const licenceIds = byLowerCase([...newerIds, ...SPDX_LICENCES.keys()]);
const exceptionIds = byLowerCase(SPDX_EXCEPTIONS.keys());

/** The id of the list that is spelled like this but for its case; null when there is none. */
export const listedLicence = (text: string): string | null => licenceIds.get(text.toLowerCase()) ?? null;

/** The same of exceptions. */
export const listedException = (text: string): string | null => exceptionIds.get(text.toLowerCase()) ?? null;
