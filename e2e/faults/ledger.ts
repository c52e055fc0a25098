import { existsSync, readFileSync } from 'node:fs';

/** What marks the events of this program in the decision log. */
export const EVENT_SOURCE = '/faults';

/** A batch of events with numbers from `first` on that was answered with 202. */
export interface LedgerLine {
  readonly first: number;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly acceptedAt: number;
}

export const eventId = (number: number): string => `f-${number}`;

/** The number in an event's id; null when it is none of ours. */
export const eventNumber = (id: string): number | null => (/^f-\d+$/.test(id) ? Number(id.slice(2)) : null);

export const readLedger = (file: string): readonly LedgerLine[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LedgerLine)
    : [];
