import type { Ecosystem } from '@weir/contracts';
import { digestOf } from '@weir/postgres';
import { parseJson, ProblemError } from '@weir/service';
import type { LeftOut } from '../advisory-record/leave-out.js';
import { LONGEST_ID, readAdvisory } from '../advisory-record/parse-advisory.js';
import { instantOf } from '../feeds/calendar.js';
import { MOST_MEMBERS } from '../feeds/feed.js';
import { advisoryName, isEcosystem } from '../purl/ecosystem.js';

/** Where a record stands in its file. */
export interface Place {
  readonly line?: number;
  readonly entry?: string;
}

export interface OsvRecord {
  readonly place: Place;
  readonly id: string;
  readonly modifiedAt: string;
  readonly withdrawnAt: string | null;
  readonly digest: string;
  /** JSON without spaces, and without what could not be read. */
  readonly text: string;
  /** What could not be read. */
  readonly leftOut: readonly LeftOut[];
  /** The packages it names in ecosystems that Weir matches. */
  readonly affects: readonly { readonly ecosystem: string; readonly name: string }[];
  /** The ecosystem that Weir matches and that is the only one it names. */
  readonly about: Ecosystem | null;
  /** Every ecosystem it names, without its release: Debian for Debian:12. */
  readonly ecosystems: readonly string[];
}

export type ReadRecord = OsvRecord | { readonly place: Place; readonly refused: string; readonly id?: string };

/** Reads one record from the bytes of its line or entry. */
export const readRecord = (place: Place, bytes: Uint8Array | null): ReadRecord => {
  if (bytes === null) return { place, refused: 'is longer than a record may be' };
  try {
    return recordOf(place, parseJson(bytes, MOST_MEMBERS));
  } catch (fault) {
    if (fault instanceof ProblemError)
      return {
        place,
        refused: fault.problem.detail
          .replace(/^The body /, '')
          .replace(/\.(?: Send one complete JSON document\.)?$/, ''),
      };
    throw fault;
  }
};

/** Reads one record that is JSON already. */
export const recordOf = (place: Place, json: unknown): ReadRecord => {
  const read = readAdvisory(json);
  const id = (json as { readonly id?: unknown } | null)?.id;
  const named = typeof id === 'string' ? { id: id.slice(0, 255) } : {};
  if ('refused' in read) return { place, refused: read.refused, ...named };
  const { record, json: readable, leftOut } = read;
  const bytes = Buffer.byteLength(record.id);
  if (bytes > LONGEST_ID) return { place, refused: `id has ${bytes} bytes: use at most ${LONGEST_ID}`, ...named };
  const modifiedAt = instantOf(record.modified);
  if (modifiedAt === null) return { place, refused: 'modified is no time of the calendar', ...named };
  const withdrawnAt = record.withdrawn === null ? null : instantOf(record.withdrawn);
  const text = JSON.stringify(readable);
  const packages = record.affected.flatMap((affected) => affected.package ?? []);
  const affects = packages.flatMap(({ ecosystem, name }) =>
    isEcosystem(ecosystem) ? [{ ecosystem, name: advisoryName(ecosystem, name) }] : [],
  );
  const [about, ...others] = new Set(packages.map(({ ecosystem }) => ecosystem));
  return {
    place,
    id: record.id,
    modifiedAt,
    withdrawnAt,
    text,
    digest: digestOf(text),
    leftOut,
    affects: [...new Map(affects.map((one) => [`${one.ecosystem} ${one.name}`, one])).values()],
    about: about !== undefined && others.length === 0 && isEcosystem(about) ? about : null,
    ecosystems: [...new Set(packages.map(({ ecosystem }) => ecosystem.split(':')[0] ?? ecosystem))],
  };
};
