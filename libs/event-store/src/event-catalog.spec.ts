import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chainEvents } from './chain-events.js';
import { checkCatalog, kindOf, type EventCatalog } from './event-catalog.js';
import { EMPTY_FRONTIER } from './merkle-frontier.js';
import type { NewEvent } from './event.js';
import { toStoredEvent } from './read-events.js';

interface Stated {
  readonly score: number;
  readonly state: string;
}
const scoreToNumber = (data: unknown) => ({
  ...(data as { state: string }),
  score: Number((data as { score: string }).score),
});
const stateToStates = (data: unknown) => {
  const { state, ...rest } = data as Stated;
  return { ...rest, states: [state] };
};
const catalog: EventCatalog = { TestHappened: { newest: 3, upcasters: [scoreToNumber, stateToStates] } };

const folder = new URL('./history/', import.meta.url);
const history = readdirSync(folder).map((file) => ({
  file,
  event: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as NewEvent,
}));
const head = {
  shard: 'test/0',
  size: 0,
  lastHash: `sha256:${'0'.repeat(64)}`,
  frontier: EMPTY_FRONTIER.hashes,
  sources: {},
  incarnations: {},
};

const read = (event: NewEvent) => {
  const [row] = chainEvents(head, [event], event.occurredAt);
  const kind = kindOf(catalog, event);
  if (!row || !kind) throw new Error('not known');
  return toStoredEvent(row, {}, kind);
};

test.each(history)('$file reads as the newest version, and keeps what was stored', ({ event }) => {
  const stored = read(event);
  expect({ version: stored.version, data: stored.data }).toEqual({
    version: 3,
    data: { score: 0.213, states: ['blocked'] },
  });
  expect({ storedVersion: stored.storedVersion, dataText: stored.dataText }).toEqual({
    storedVersion: event.version,
    dataText: JSON.stringify(event.data),
  });
});

test.each([
  ['a newer version', 'TestHappened', 4],
  ['a version that never was', 'TestHappened', 0],
  ['another type', 'OtherHappened', 1],
  ['a type named like what every object has', 'constructor', 1],
])('%s is not known', (_what, type, version) => {
  expect(kindOf(catalog, { type, version })).toBeNull();
});

test('a catalog whose upcasters do not lead to the newest version is refused with the type', () => {
  expect(() => checkCatalog({ GappyHappened: { newest: 3, upcasters: [scoreToNumber] } })).toThrow(
    'GappyHappened has 1 upcasters: 2 lead from version 1 to 3.',
  );
});
