import { isDay } from '../feeds/calendar.js';

/** An entry of the catalogue. Of a member that is undefined the file says nothing that can be read: what was known stays. */
export interface KevRecord {
  readonly cve: string;
  readonly name?: string;
  readonly dateAdded?: string;
  /** null: the file says that there is none. */
  readonly dueDate?: string | null;
  readonly ransomware?: boolean;
}

export interface ReadEntry {
  /** null when not even the CVE can be read: the entry may be about any. */
  readonly record: KevRecord | null;
  /** What could not be read, in words. */
  readonly unread: readonly string[];
}

const CVE = /^CVE-\d{4}-\d{4,19}$/;

/**
 * Reads an entry member by member. What matters most is that its CVE is listed: an entry counts as soon as that can be
 * read, whatever is wrong beside it.
 */
export const readKevEntry = (value: unknown): ReadEntry => {
  if (typeof value !== 'object' || value === null) return { record: null, unread: ['the entry is no object'] };
  const { cveID, vulnerabilityName, dateAdded, dueDate, knownRansomwareCampaignUse } = value as Entry;
  const cve = typeof cveID === 'string' ? cveID.trim().toUpperCase() : '';
  if (!CVE.test(cve)) return { record: null, unread: ['cveID is no CVE id: write it as CVE-YYYY-NNNN'] };
  const members = {
    name: typeof vulnerabilityName === 'string' ? vulnerabilityName : undefined,
    dateAdded: dayOf(dateAdded),
    dueDate: dueDate === '' || dueDate === null ? null : dayOf(dueDate),
    ransomware: campaignUse(knownRansomwareCampaignUse),
  };
  const stated = [
    ['vulnerabilityName', vulnerabilityName, members.name, 'is no text'],
    ['dateAdded', dateAdded, members.dateAdded, NO_DAY],
    ['dueDate', dueDate, members.dueDate, NO_DAY],
    ['knownRansomwareCampaignUse', knownRansomwareCampaignUse, members.ransomware, 'is neither "Known" nor "Unknown"'],
  ] as const;
  return {
    record: { cve, ...given(members) },
    unread: stated.flatMap(([name, told, read, reason]) =>
      told === undefined || read !== undefined ? [] : [`${name} ${reason}`],
    ),
  };
};

interface Entry {
  readonly cveID?: unknown;
  readonly vulnerabilityName?: unknown;
  readonly dateAdded?: unknown;
  readonly dueDate?: unknown;
  readonly knownRansomwareCampaignUse?: unknown;
}

const NO_DAY = 'is no day of the calendar: write it as YYYY-MM-DD';

const dayOf = (value: unknown): string | undefined => (typeof value === 'string' && isDay(value) ? value : undefined);

const campaignUse = (value: unknown): boolean | undefined => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'known') return true;
  return word === 'unknown' ? false : undefined;
};

const given = (members: { readonly [Name in keyof Omit<KevRecord, 'cve'>]: KevRecord[Name] | undefined }) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Omit<KevRecord, 'cve'>;

/** Of two entries about one CVE what holds more back: the earlier dates, and the campaign that one of them knows. */
export const stricterOf = (one: KevRecord, other: KevRecord): KevRecord => {
  const dateAdded = earlierOf(one.dateAdded, other.dateAdded);
  const dueDate = earlierOf(one.dueDate ?? undefined, other.dueDate ?? undefined);
  const isKnown = one.ransomware === true || other.ransomware === true;
  return {
    ...other,
    ...one,
    ...(dateAdded !== undefined && { dateAdded }),
    ...(dueDate !== undefined && { dueDate }),
    ...(isKnown && { ransomware: true }),
  };
};

const earlierOf = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
