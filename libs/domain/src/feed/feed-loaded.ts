export type FeedName = 'osv' | 'epss' | 'kev';

/** A file of a feed was taken, or its source said that it is what it was. */
export interface FeedLoaded {
  readonly type: 'FeedLoaded';
  readonly version: 2;
  readonly data: {
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
  };
}

/** What a file of advisories says of one ecosystem. */
export interface CoveredEcosystem {
  /** Records that name a package of it. */
  readonly records: number;
  /** When the latest of them was modified; null: none says so. */
  readonly asOf: string | null;
}

export type FeedEvent = FeedLoaded;

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
 * How new the feeds are after an event. Invariant: neither date of a feed moves back. A load that began earlier may end
 * later, and of a feed that comes in several files one that is repeated may be older than what is known. A file of
 * advisories makes new what it covers: of other ecosystems it says nothing.
 */
export const evolveFreshness = (freshness: FeedFreshness, event: FeedEvent): FeedFreshness => {
  switch (event.type) {
    case 'FeedLoaded': {
      const { feed, asOf, loadedAt, ecosystems } = event.data;
      if (feed !== 'osv') return { ...freshness, [feed]: newer(freshness[feed], { asOf, loadedAt }) };
      const covered = Object.entries(ecosystems).map(([name, { asOf: of }]) => [
        name,
        newer(freshness.osv[name], { asOf: of, loadedAt }),
      ]);
      return { ...freshness, osv: { ...freshness.osv, ...(Object.fromEntries(covered) as FeedFreshness['osv']) } };
    }
    default: {
      const unknown: never = event.type;
      throw new Error(`No rule for an event of type ${String(unknown)}`);
    }
  }
};

const newer = (known: SourceFreshness | null | undefined, { asOf, loadedAt }: SourceFreshness): SourceFreshness =>
  known ? { asOf: laterOf(known.asOf, asOf), loadedAt: laterOf(known.loadedAt, loadedAt) } : { asOf, loadedAt };

/** Dates of one feed are written alike, so that they compare as text. */
const laterOf = <Date extends string | null>(a: Date, b: Date): Date => (a === null || (b !== null && b > a) ? b : a);
