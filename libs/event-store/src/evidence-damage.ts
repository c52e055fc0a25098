import { eventId } from './event-id.js';
import type { HashedRow } from './event-row.js';
import { namedEvidence, type Named } from './named-digests.js';
import type { Checked, EvidenceFault } from './verify-evidence.js';

/** A piece of evidence that is missing, changed, exchanged or renamed, and what rests on it. */
export interface DamagedEvidence extends EvidenceFault {
  /** Events of judgements that rest on it, also at second hand. */
  readonly decisions: number;
  /** The first of them, or, when none rests on it, the first event that names it. */
  readonly example: string;
}

/** Counts what rests on evidence while the log is walked. */
export interface EvidenceDamage {
  /** Takes what an event names and how that was found; the first fault. */
  note(row: HashedRow, data: unknown, checked: ReadonlyMap<string, Checked>): EvidenceFault | null;
  /** Everything that is damaged, in the order in which it was met. */
  all(): readonly DamagedEvidence[];
}

interface Resting {
  decisions: number;
  example: string | null;
}

/** More are counted and not listed, so that a log without evidence does not fill the memory. */
const MOST = 10_000;

export const createEvidenceDamage = (): EvidenceDamage => {
  const damaged = new Map<string, Resting & EvidenceFault & { readonly first: string }>();
  const sets = new Map<string, Resting & { readonly revisions: ReadonlySet<string> }>();
  const textOfRevision = new Map<string, string>();

  const noteSet = (digest: string, { parts }: Checked, id: string): void => {
    const set = sets.get(digest) ?? { decisions: 0, example: null, revisions: new Set(parts?.revisionDigests) };
    sets.set(digest, rest(set, id));
  };

  return {
    note: (row, data, checked) => {
      const id = eventId(row.shard, row.position);
      const judges = isJudgement(data);
      const named = namedEvidence(data);
      noteRevision(textOfRevision, data, named);
      for (const { digest, kind } of named)
        if (judges && kind === 'policy-set') noteSet(digest, checked.get(digest) ?? NOTHING, id);
      const faults = distinct(named.flatMap(({ digest }) => checked.get(digest)?.faults ?? []));
      for (const fault of faults) {
        const known = damaged.get(fault.digest) ?? { ...fault, decisions: 0, example: null, first: id };
        if (damaged.size < MOST || damaged.has(fault.digest))
          damaged.set(fault.digest, judges ? rest(known, id) : known);
      }
      return faults[0] ?? null;
    },
    all: () =>
      [...damaged.values()].map(({ digest, kind, what, decisions, example, first }) => {
        const bySet = [...sets.values()].filter(({ revisions }) =>
          [...revisions].some((revision) => kind === 'rego' && textOfRevision.get(revision) === digest),
        );
        return {
          digest,
          kind,
          what,
          decisions: decisions + bySet.reduce((sum, set) => sum + set.decisions, 0),
          example: example ?? bySet[0]?.example ?? first,
        };
      }),
  };
};

const NOTHING: Checked = { faults: [], parts: null };

const rest = <R extends Resting>(resting: R, id: string): R => ({
  ...resting,
  decisions: resting.decisions + 1,
  example: resting.example ?? id,
});

const distinct = (faults: readonly EvidenceFault[]): readonly EvidenceFault[] => [
  ...new Map(faults.map((fault) => [fault.digest, fault])).values(),
];

/** What a judgement was made by is in its event, so that it can be made again. */
const isJudgement = (data: unknown): boolean => typeof data === 'object' && data !== null && 'engineDigest' in data;

/** A revision is in the event that made it, beside the text that it names. */
const noteRevision = (textOfRevision: Map<string, string>, data: unknown, named: readonly Named[]): void => {
  const { revisionDigest } = Object(data) as { readonly revisionDigest?: unknown };
  const text = named.find(({ kind }) => kind === 'rego');
  if (typeof revisionDigest === 'string' && text) textOfRevision.set(revisionDigest, text.digest);
};
