export type FeedName = 'osv' | 'epss' | 'kev';

/** A file of a feed was taken, or its source said that it is what it was. */
export interface FeedLoaded {
  readonly type: 'FeedLoaded';
  readonly version: 1;
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
  };
}

export type FeedEvent = FeedLoaded;

/** How new what a feed says is: the date it states itself, and when it was last loaded. */
interface SourceFreshness {
  readonly asOf: string | null;
  readonly loadedAt: string;
}

/** How new each feed is; null: never loaded. */
export type FeedFreshness = Readonly<Record<FeedName, SourceFreshness | null>>;

/** Before the first load. */
export const NEVER_LOADED: FeedFreshness = { epss: null, kev: null, osv: null };

/**
 * How new the feeds are after an event. Invariant: neither date of a feed moves back. A load that began earlier may end
 * later, and of a feed that comes in several files one that is repeated may be older than what is known.
 */
export const evolveFreshness = (freshness: FeedFreshness, event: FeedEvent): FeedFreshness => {
  switch (event.type) {
    case 'FeedLoaded': {
      const { feed, asOf, loadedAt } = event.data;
      const known = freshness[feed];
      if (known === null) return { ...freshness, [feed]: { asOf, loadedAt } };
      return { ...freshness, [feed]: { asOf: laterOf(known.asOf, asOf), loadedAt: laterOf(known.loadedAt, loadedAt) } };
    }
    default: {
      const unknown: never = event.type;
      throw new Error(`No rule for an event of type ${String(unknown)}`);
    }
  }
};

/** Dates of one feed are written alike, so that they compare as text. */
const laterOf = <Date extends string | null>(a: Date, b: Date): Date => (a === null || (b !== null && b > a) ? b : a);
