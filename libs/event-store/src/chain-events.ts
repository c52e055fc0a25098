import { digestBytes, unstorableIn } from '@weir/postgres';
import { eventHash } from './event-hash.js';
import type { HashedRow } from './event-row.js';
import type { ShardHead } from './event-store.js';
import type { NewEvent } from './event.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const LONGEST_SUBJECT = 2_000;

/**
 * The rows that append `events` after `head`, each naming the hash of the one before.
 * @throws TypeError that names the field which cannot be stored.
 */
export const chainEvents = (head: ShardHead, events: readonly NewEvent[], recordedAt: string): readonly HashedRow[] => {
  let previousHash = digestBytes(head.lastHash);
  return events.map((event, index) => {
    const row = { shard: head.shard, position: head.size + index, ...storedTexts(event), recordedAt, previousHash };
    previousHash = eventHash(row);
    return { ...row, hash: previousHash };
  });
};

const storedTexts = (event: NewEvent) => ({
  type: storable(event.type, 'type'),
  version: positive(event.version),
  subject: storable(event.subject, 'subject'),
  data: jsonText(event),
  metadata: JSON.stringify(event.metadata ?? {}),
  occurredAt: instant(event.occurredAt),
});

/** PostgreSQL stores no U+0000, and half of a surrogate pair would come back as another character. */
const storable = (text: string, field: string): string => {
  const unstorable = unstorableIn(text);
  if (text === '') throw new TypeError(`The event's ${field} is empty; give text that PostgreSQL can store.`);
  if (unstorable) throw new TypeError(`The event's ${field} has ${unstorable}; give text that PostgreSQL can store.`);
  if (Buffer.byteLength(text) > LONGEST_SUBJECT)
    throw new TypeError(`The event's ${field} is longer than ${LONGEST_SUBJECT} bytes; put the rest into data.`);
  return text;
};

const positive = (version: number): number => {
  if (!Number.isSafeInteger(version) || version < 1)
    throw new TypeError(`The event's version is ${version}; versions count from 1.`);
  return version;
};

const jsonText = (event: NewEvent): string => {
  // JSON.stringify gives undefined, against its type, for what JSON cannot say.
  const text = JSON.stringify(event.data) as string | undefined;
  if (text === undefined) throw new TypeError(`The data of ${event.type} is not JSON; use null for nothing.`);
  return text;
};

const instant = (occurredAt: string): string => {
  if (!INSTANT.test(occurredAt))
    throw new TypeError(
      `The event's occurredAt is "${occurredAt}"; write ISO 8601 in UTC, such as 2026-08-02T09:30:00.000Z.`,
    );
  return occurredAt;
};
