export type FeedName = 'osv' | 'epss' | 'kev';

/** What all events of feeds say of the file that they are about. */
interface FeedFile {
  readonly feed: FeedName;
  /** Names the load: score date, catalogue version or digest of the file, unless who loaded it gave another. */
  readonly revision: string;
  /** The file or URL it came from. */
  readonly source: string;
  /** Digest of the file as it was sent; the file itself is not kept. null when it was not taken. */
  readonly content: string | null;
  /** The date the source itself states. */
  readonly asOf: string | null;
  readonly loadedAt: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly skipped: number;
  /** OSV: records that name no package of an ecosystem that Weir matches. null: a version before did not count them. */
  readonly foreign: number | null;
  /** OSV: the ecosystems that the file covers, by name. Of an ecosystem that no file covered nothing is known. */
  readonly ecosystems: Readonly<Record<string, CoveredEcosystem>>;
}

/** What a file of advisories says of one ecosystem. */
export interface CoveredEcosystem {
  /** Records that name a package of it. */
  readonly records: number;
  /** When the latest of them was modified; null: none says so. */
  readonly asOf: string | null;
}

/** A file of a feed was taken, or its source said that it is what it was. */
export interface FeedLoaded {
  readonly type: 'FeedLoaded';
  readonly version: 2;
  readonly data: FeedFile;
}

/**
 * A file of a whole state takes away more than its feed ever does: what it adds was taken, what it takes away waits for
 * a file of a later day that says the same, or for a person. The feed is as old as it was before.
 */
export interface FeedHeldBack {
  readonly type: 'FeedHeldBack';
  readonly version: 1;
  readonly data: Omit<FeedFile, 'foreign' | 'ecosystems'> & {
    /** Known entries that the file leaves out, and that no file of an earlier day left out. */
    readonly absent: number;
    /** Scores that would fall and did not. */
    readonly lowered: number;
    /** What was found, in a sentence. */
    readonly reason: string;
  };
}

/** A person let in what the last file takes away. `loadedAt` is when the file came. */
export interface FeedAccepted {
  readonly type: 'FeedAccepted';
  readonly version: 1;
  readonly data: FeedFile & Decided;
}

/** A person put a file in the place of what was known, although it is older or takes much away. */
export interface FeedReplaced {
  readonly type: 'FeedReplaced';
  readonly version: 1;
  readonly data: FeedFile & Decided;
}

interface Decided {
  /** Who decided, as they named themselves. */
  readonly by: string;
  readonly because: string;
  readonly decidedAt: string;
}

export type FeedEvent = FeedLoaded | FeedHeldBack | FeedAccepted | FeedReplaced;

/** How new what a feed says is: the date it states itself, and when it was last loaded. */
export interface SourceFreshness {
  readonly asOf: string | null;
  readonly loadedAt: string;
}

/** How new each feed is; null: never loaded. Advisories are as new as those of their ecosystem, and absent where there are none. */
export interface FeedFreshness {
  readonly epss: SourceFreshness | null;
  readonly kev: SourceFreshness | null;
  readonly osv: Readonly<Record<string, SourceFreshness>>;
}

/** Before the first load. */
export const NEVER_LOADED: FeedFreshness = { epss: null, kev: null, osv: {} };

/**
 * How new the feeds are after an event. Invariant: neither date of a feed moves back unless a person put a file in the
 * place of what was known. A load that began earlier may end later, and of a feed that comes in several files one that
 * is repeated may be older than what is known. A file of advisories makes new what it covers: of other ecosystems it says
 * nothing. A date ahead of the load it came with is none.
 */
export const evolveFreshness = (freshness: FeedFreshness, event: FeedEvent): FeedFreshness => {
  switch (event.type) {
    case 'FeedLoaded':
    case 'FeedAccepted':
      return withFile(freshness, event.data, newer);
    case 'FeedReplaced':
      return withFile(freshness, event.data, (_, stated) => stated);
    case 'FeedHeldBack':
      return freshness;
    default: {
      const unknown: never = event;
      throw new Error(`No rule for an event of feeds: ${JSON.stringify(unknown)}`);
    }
  }
};

type Settle = (known: SourceFreshness | null | undefined, stated: SourceFreshness) => SourceFreshness;

const withFile = (freshness: FeedFreshness, file: FeedFile, settle: Settle): FeedFreshness => {
  const { feed, loadedAt, ecosystems } = file;
  const stated = (asOf: string | null): SourceFreshness => ({ asOf: believedDate(asOf, loadedAt), loadedAt });
  if (feed !== 'osv') return { ...freshness, [feed]: settle(freshness[feed], stated(file.asOf)) };
  const covered = Object.entries(ecosystems).map(([name, { asOf }]) => [
    name,
    settle(freshness.osv[name], stated(asOf)),
  ]);
  return { ...freshness, osv: { ...freshness.osv, ...(Object.fromEntries(covered) as FeedFreshness['osv']) } };
};

const newer: Settle = (known, { asOf, loadedAt }) =>
  known ? { asOf: laterOf(known.asOf, asOf), loadedAt: laterOf(known.loadedAt, loadedAt) } : { asOf, loadedAt };

/** The date that a file states; null when it is ahead of its load: such a date says nothing of what the file knows. */
export const believedDate = (asOf: string | null, loadedAt: string): string | null =>
  asOf !== null && asOf > loadedAt ? null : asOf;

/** Dates of one feed are written alike, so that they compare as text. */
const laterOf = <Date extends string | null>(a: Date, b: Date): Date => (a === null || (b !== null && b > a) ? b : a);
