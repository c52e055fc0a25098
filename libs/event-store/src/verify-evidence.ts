import type pg from 'pg';
import { groupBySize, textArray } from '@weir/postgres';
import { partsOfPolicySet, type Named, type PolicySetParts } from './named-digests.js';
import { createUnpacker } from './pack-evidence.js';
import { readEvidenceRows } from './read-evidence.js';

const REMEMBERED = 100_000;
const LARGEST_READ = 16 * 1024 * 1024;

/** A piece of evidence that is not what events rest on. */
export interface EvidenceFault extends Named {
  /** Such as `is missing`. */
  readonly what: string;
}

/** What is wrong with a piece, and with what it names itself. */
export interface Checked {
  readonly faults: readonly EvidenceFault[];
  /** Of a policy set that is sound. */
  readonly parts: PolicySetParts | null;
}

export type CheckEvidence = (named: readonly Named[]) => Promise<ReadonlyMap<string, Checked>>;

const SOUND: Checked = { faults: [], parts: null };

/**
 * Checks evidence, by digest, and what it names at second hand: the module of a policy set. It remembers a bounded number of
 * what it checked, since thousands of events name the same policy set.
 */
export const createEvidenceCheck = (pool: pg.Pool): CheckEvidence => {
  const known = new Map<string, Checked>();
  const checkNew = async (named: readonly Named[]): Promise<void> => {
    const unknown = named.filter((one) => !known.has(nameOf(one)));
    for (const [name, checked] of await checkStored(pool, unknown)) known.set(name, checked);
  };
  return async (named) => {
    if (known.size > REMEMBERED) known.clear();
    await checkNew(named);
    const modules = named.flatMap((one) => known.get(nameOf(one))?.parts?.module ?? []);
    await checkNew(modules);
    return new Map(
      named.map((one) => {
        const { faults, parts } = known.get(nameOf(one)) ?? SOUND;
        const below = parts?.module ? (known.get(nameOf(parts.module))?.faults ?? []) : [];
        return [one.digest, { faults: [...faults, ...below], parts }];
      }),
    );
  };
};

const nameOf = ({ kind, digest }: Named): string => `${kind} ${digest}`;

const checkStored = async (pool: pg.Pool, named: readonly Named[]): Promise<ReadonlyMap<string, Checked>> => {
  if (named.length === 0) return new Map();
  const { rows } = await pool.query<{ digest: string; stored: number }>(
    `SELECT e.* FROM unnest($1::text[]) AS named (digest), LATERAL (
       SELECT e.digest, coalesce(octet_length(e.bytes), (SELECT octet_length(f.bytes) FROM log.evidence_frame f WHERE f.id = e.frame), 0) AS stored
       FROM log.evidence e WHERE e.digest = named.digest LIMIT 1) AS e`,
    [textArray([...new Set(named.map(({ digest }) => digest))])],
  );
  const sets = new Set(named.flatMap(({ kind, digest }) => (kind === 'policy-set' ? [digest] : [])));
  const found = new Map<string, Stored>();
  // Invariant: no more than LARGEST_READ of stored bytes is in memory at once, or one piece of evidence if that is larger.
  for (const group of groupBySize(rows, LARGEST_READ, ({ stored }) => stored)) {
    for (const [digest, stored] of await readStored(
      pool,
      group.map(({ digest }) => digest),
      sets,
    ))
      found.set(digest, stored);
  }
  return new Map(named.map((one) => [nameOf(one), checkedAs(one, found.get(one.digest))]));
};

/** What is kept of a piece while it is compared with what it should be. */
interface Stored {
  readonly kind: string;
  readonly what: string | null;
  readonly parts: PolicySetParts | null;
}

const checkedAs = (named: Named, stored: Stored | undefined): Checked => {
  if (stored === undefined) return { faults: [{ ...named, what: 'is missing' }], parts: null };
  const what =
    stored.what ??
    (stored.kind === named.kind ? null : `is stored as ${stored.kind || 'nothing'}, not as ${named.kind}`);
  return what === null ? { faults: [], parts: stored.parts } : { faults: [{ ...named, what }], parts: stored.parts };
};

const readStored = async (
  pool: pg.Pool,
  digests: readonly string[],
  sets: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Stored>> => {
  const rows = await readEvidenceRows(pool, digests);
  const unpack = createUnpacker();
  return new Map(
    rows.map((row) => {
      const { digest, kind, size } = row;
      try {
        const bytes = unpack(row);
        const what = bytes.length === size ? null : `is stored with the size ${size}, which is ${bytes.length}`;
        return [digest, { kind, what, parts: sets.has(digest) ? partsOfPolicySet(bytes) : null }];
      } catch {
        return [digest, { kind, what: 'does not hash to its digest', parts: null }];
      }
    }),
  );
};
