import { inTransaction } from '@weir/postgres';
import type pg from 'pg';
import { shareFeeds } from '../database/feed-lock.js';
import { assessPackage } from '../enrich-package/assess-package.js';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { readKnowledge } from '../enrich-package/read-knowledge.js';
import {
  readVulnerabilities,
  writeVulnerabilities,
  type KnownVulnerabilities,
  type VulnerabilityChange,
} from '../inventory/known-vulnerabilities.js';
import type { InventoryEntry, PackageState } from '../inventory/inventory-entry.js';
import { lockInventory } from '../inventory/read-inventory.js';
import { writeInventory } from '../inventory/write-inventory.js';
import { foldPackages, readPackages, type Folded } from './fold-packages.js';
import { queueRebuilt } from './queue-rebuilt.js';

/** What making the inventory again did. */
export interface Rebuilt {
  /** Packages in the ledger. */
  readonly packages: number;
  readonly observations: number;
  /** Packages whose entry was not what the ledger says, or not there. */
  readonly mended: number;
  /** Packages whose facts are built and told again. */
  readonly queued: number;
  /** Packages without an entry of which nobody knows what was observed: their next observation brings them back. */
  readonly lost: number;
}

const NOTHING_YET: Rebuilt = { packages: 0, observations: 0, mended: 0, queued: 0, lost: 0 };
const PACKAGES_TOGETHER = 500;

/**
 * Makes the inventory, and the index from vulnerabilities to packages, again from the ledger. It may run while packages
 * are observed: the entries at hand are locked. First-seen times and numbers of facts that are known stay; of a package
 * that had no entry the numbers go on far behind what feeds can have used. Running it again changes nothing.
 */
export const rebuildInventory = async (
  work: Pick<EnrichmentWork, 'pool' | 'cache'>,
  now: () => Date,
): Promise<Rebuilt> => {
  let done = NOTHING_YET;
  let after = '';
  for (;;) {
    const keys = await readPackages(work.pool, after, PACKAGES_TOGETHER);
    const last = keys.at(-1);
    if (last === undefined) return done;
    const some = await inTransaction(work.pool, (client) => rebuildSome(work, client, keys, now().toISOString()));
    done = sumOf(done, some);
    after = last;
  }
};

const sumOf = (a: Rebuilt, b: Rebuilt): Rebuilt => ({
  packages: a.packages + b.packages,
  observations: a.observations + b.observations,
  mended: a.mended + b.mended,
  queued: a.queued + b.queued,
  lost: a.lost + b.lost,
});

const rebuildSome = async (
  work: Pick<EnrichmentWork, 'cache'>,
  client: pg.PoolClient,
  keys: readonly string[],
  at: string,
): Promise<Rebuilt> => {
  await shareFeeds(client);
  const entries = await lockInventory(client, keys);
  const { folded, observations } = await foldPackages(client, keys);
  const known = await readVulnerabilities(client, keys);
  const knowledge = await readKnowledge(
    client,
    work.cache,
    folded.map(({ state }) => state.package),
  );
  const mended = folded.map((one): Mended => {
    const { state } = one;
    const had: KnownVulnerabilities = known.get(state.key) ?? new Map();
    const { digest, vulnerabilities } =
      state.presence === 'present' ? assessPackage(state, knowledge, had, state.observedAt) : GONE;
    return {
      ...mend(one, entries.get(state.key), digest),
      change: { key: state.key, known: had, current: vulnerabilities, at: state.observedAt },
    };
  });
  await writeInventory(
    client,
    mended.filter(({ isOther }) => isOther).map(({ entry }) => entry),
    new Set(entries.keys()),
  );
  // Where a feed brought something, the index waits with the facts: the queue knows since when the package has it.
  await writeVulnerabilities(
    client,
    mended.filter(({ isTold, entry }) => isTold || !entries.has(entry.key)).map(({ change }) => change),
  );
  const queued = mended.filter(({ isTold }) => !isTold).map(({ entry }) => entry.key);
  await queueRebuilt(client, queued, at);
  const isKnown = new Set(folded.map(({ state }) => state.key));
  const lost = keys.filter((key) => !isKnown.has(key) && !entries.has(key)).length;
  return {
    packages: keys.length,
    observations,
    mended: mended.filter(({ isOther }) => isOther).length,
    queued: queued.length,
    lost,
  };
};

const GONE = { digest: null, vulnerabilities: [] };

interface Mended {
  readonly entry: InventoryEntry;
  /** Whether the entry was not this, or not there. */
  readonly isOther: boolean;
  /** Whether the facts that were told last are those that would be built now. */
  readonly isTold: boolean;
  readonly change: VulnerabilityChange;
}

/** Feeds number facts too, which the ledger does not hold: more than they can have used of a package. */
const MOST_FACTS_OF_FEEDS = 1_000_000;

const mend = (
  { state, sequence }: Folded,
  entry: InventoryEntry | undefined,
  digest: string | null,
): Omit<Mended, 'change'> => {
  const isDeleted = state.presence === 'deleted';
  if (entry === undefined) {
    const lost = { ...state, sequence: sequence + MOST_FACTS_OF_FEEDS, factsDigest: null };
    return { entry: lost, isOther: true, isTold: isDeleted };
  }
  const factsDigest = isDeleted ? null : entry.factsDigest;
  return { entry: { ...entry, ...state, factsDigest }, isOther: !isSame(entry, state), isTold: factsDigest === digest };
};

const isSame = (entry: PackageState, state: PackageState): boolean =>
  STATE_MEMBERS.every((member) => JSON.stringify(entry[member]) === JSON.stringify(state[member]));

/** What of an entry follows from the ledger. */
export const STATE_MEMBERS: readonly (keyof PackageState)[] = [
  'repository',
  'package',
  'metadata',
  'presence',
  'firstSeenAt',
  'observedAt',
  'lastDownloadedAt',
];
