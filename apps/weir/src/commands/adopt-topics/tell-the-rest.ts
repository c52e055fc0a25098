import {
  advisoryCache,
  readRecorded,
  readTold,
  tellFactsAgain,
  tellObservationsAgain,
  type RecordedObservation,
} from '@weir/enrichment';
import { judgedFacts, undecidedAmong } from '@weir/evaluation';
import type { PackageObserved } from '@weir/contracts';
import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import type pg from 'pg';

export interface TellPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
  readonly logger: Logger;
  readonly clock: () => Date;
}

/** What enrichment has recorded and evaluation never heard: it was in topics that are gone. */
export interface Rest {
  /** Observations without a decision. */
  readonly observations: number;
  /** Packages that were judged on other facts than those that were published last. */
  readonly packages: number;
}

const TOGETHER = 500;
const CACHED_CHARACTERS = 64 * 1024 * 1024;

/** Compares what is recorded with what is judged, and, unless `isDry`, publishes what is missing. Doing so again adds nothing. */
export const tellTheRest = async (ports: TellPorts, isDry: boolean): Promise<Rest> => ({
  observations: await tellUndecided(ports, isDry),
  packages: await tellUnheard(ports, isDry),
});

const tellUndecided = async ({ pool, ...ports }: TellPorts, isDry: boolean): Promise<number> => {
  const work = { ...ports, pool, cache: advisoryCache(CACHED_CHARACTERS) };
  let told = 0;
  for (let after = { key: '', ordinal: 0 }; ;) {
    const rows = await readRecorded(pool, after, TOGETHER);
    const last = rows.at(-1);
    if (!last) return told;
    const undecided = await undecidedAmong(pool, rows.flatMap(askedOf));
    if (!isDry) await tellObservationsAgain(work, undecided);
    told += undecided.length;
    after = last;
  }
};

/** What was recorded before there was a ledger has its decision. */
const askedOf = (row: RecordedObservation) =>
  row.text === null
    ? []
    : [
        {
          ...row,
          cause: { kind: 'observation' as const, observation: (JSON.parse(row.text) as PackageObserved).observation },
        },
      ];

const tellUnheard = async ({ pool, clock }: TellPorts, isDry: boolean): Promise<number> => {
  let told = 0;
  for (let after = ''; ;) {
    const packages = await readTold(pool, after, TOGETHER);
    const last = packages.at(-1);
    if (!last) return told;
    const judged = await judgedFacts(pool, packages);
    const unheard = packages.filter(({ key, factsDigest }) => judged.has(key) && judged.get(key) !== factsDigest);
    const keys = unheard.map(({ key }) => key);
    if (!isDry && keys.length > 0) await tellFactsAgain(pool, keys, clock().toISOString());
    told += keys.length;
    after = last.key;
  }
};
