import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What marks the events of this program in the decision log. */
export const EVENT_SOURCE = '/faults';

/** A batch of events with numbers from `first` on that was answered with 202. */
export interface LedgerLine {
  readonly first: number;
  readonly count: number;
  /** How many of them are deletions. */
  readonly deletions: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly acceptedAt: number;
}

/** A change that is known to be made: a file of a feed, named by its digest, or which revision of a policy is active. */
export type LedgerChange =
  | { readonly kind: 'feed'; readonly feed: 'osv' | 'epss' | 'kev'; readonly content: string; readonly madeAt: number }
  | { readonly kind: 'policy'; readonly policyId: string; readonly active: number | null; readonly madeAt: number };

export const eventId = (number: number): string => `f-${number}`;

/** The number in an event's id; null when it is none of ours. */
export const eventNumber = (id: string): number | null => (/^f-\d+$/.test(id) ? Number(id.slice(2)) : null);

export const addToLedger = (file: string, line: LedgerLine | LedgerChange): void =>
  appendFileSync(file, `${JSON.stringify(line)}\n`);

export const readLedger = (file: string): readonly LedgerLine[] => linesOf(file) as readonly LedgerLine[];

export const readChanges = (file: string): readonly LedgerChange[] => linesOf(file) as readonly LedgerChange[];

const linesOf = (file: string): readonly unknown[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown)
    : [];

/** The numbers of a batch's events. */
export const numbersOf = ({ first, count }: Pick<LedgerLine, 'first' | 'count'>): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + i);
