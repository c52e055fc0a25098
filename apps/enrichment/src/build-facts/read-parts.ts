import { ecosystemOf, type Facts } from '@weir/contracts';
import { normaliseLicence, UNKNOWN_LICENCE, type Licence } from '../licences/normalise-licence.js';
import { type Affected, isAffected } from '../match-advisories/is-affected.js';
import { fullName } from '../purl/full-name.js';
import { isValidVersion } from '../version-order/compare-versions.js';
import { instantOf, isNever } from './instant.js';
import type { Known } from './known.js';

/** A part of the facts that was said and could not be read. */
export type Unread = Facts['v1']['unread'][number];

/** What has to be understood before facts can be built of it. */
export interface Parts {
  readonly licence: Licence;
  readonly publishedAt: string | null;
  /** The advisories that affect this very version, by id. */
  readonly affected: readonly Affected[];
  /** By field. */
  readonly unread: readonly Unread[];
}

/** Reads what a registry says of a package. Invariant: nothing that it says is a fault; what cannot be read is told. */
export const readParts = (known: Known): Parts => {
  const unread: Unread[] = [];
  const note = (field: string, reason: string): void => void unread.push({ field, reason });
  const read = <T>(field: string, otherwise: T, part: () => T): T => {
    try {
      return part();
    } catch (fault) {
      note(field, `could not be read: ${fault instanceof Error ? fault.message : String(fault)}`.slice(0, MOST_REASON));
      return otherwise;
    }
  };
  const licence = read('licence', UNKNOWN_LICENCE, () => normaliseLicence(known.metadata?.license, known.package.type));
  if (licence.unread !== null) note('licence', licence.unread.slice(0, MOST_REASON));
  const affected = affectedBy(known, note, read);
  const publishedAt = read('publishedAt', null, () => publishedOf(known, note));
  return { licence, affected, publishedAt, unread: unread.sort((a, b) => (a.field < b.field ? -1 : 1)) };
};

/** A reason is a sentence, whatever it quotes. */
const MOST_REASON = 300;

type Note = (field: string, reason: string) => void;
type Read = <T>(field: string, otherwise: T, part: () => T) => T;

const affectedBy = ({ package: named, advisories }: Known, note: Note, read: Read): readonly Affected[] => {
  const ecosystem = ecosystemOf(named.type);
  if (ecosystem === null) return [];
  const { version } = named;
  if (!read('package.version', true, () => isValidVersion(ecosystem, version)))
    note('package.version', `is no version of ${ecosystem}: advisories take it to come before all others`);
  const sought = { ecosystem, name: fullName(named), version };
  return advisories
    .map((record) => read('vulnerabilities', null, () => isAffected(record, sought)))
    .filter((one) => one !== null)
    .sort((a, b) => (a.record.id < b.record.id ? -1 : Number(a.record.id > b.record.id)));
};

const publishedOf = ({ metadata }: Known, note: Note): string | null => {
  const said = metadata?.publishedAt ?? null;
  const at = instantOf(said);
  if (at === null && said !== null && !isNever(said))
    note('publishedAt', `is ${said}: instants from 1678 to 2261 can be read`);
  return at;
};
