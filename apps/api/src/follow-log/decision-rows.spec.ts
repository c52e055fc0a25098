import type { StoredEvent } from '@weir/event-store';
import { expect, test } from 'vitest';
import { decisionEvent, type TestDecision } from '../testing/decisions-for-tests.js';
import { decisionRows, type PackageRow } from './decision-rows.js';

const detailsOf = (row: PackageRow | undefined): unknown => JSON.parse(row?.details ?? 'null');

const stored = (decisions: readonly TestDecision[]): readonly StoredEvent[] =>
  decisions.map((decision, position) => {
    const event = decisionEvent(decision);
    return {
      ...event,
      shard: 'evaluation/0',
      position,
      id: `evaluation-0-${position}`,
      hash: '',
      recordedAt: event.occurredAt,
      dataText: JSON.stringify(event.data),
      storedVersion: event.version,
    };
  });

test('of several decisions about a package the last one counts, and its time of change is that of the last change', () => {
  const { packages, decisions } = decisionRows(
    stored([
      { name: 'a', decidedAt: '2026-06-14T10:00:00.000Z' },
      {
        name: 'a',
        decidedAt: '2026-06-14T11:00:00.000Z',
        state: 'quarantined',
        before: { state: 'available', tags: [] },
      },
      {
        name: 'a',
        decidedAt: '2026-06-14T12:00:00.000Z',
        state: 'quarantined',
        before: { state: 'quarantined', tags: [] },
      },
    ]),
  );
  expect(packages).toMatchObject([{ state: 'quarantined', changed_at: '2026-06-14T11:00:00.000Z' }]);
  expect(detailsOf(packages[0])).toMatchObject({ decision: { id: 'evaluation-0-2', cause: 'observation' } });
  expect(decisions.map(({ changed }) => changed)).toEqual([true, true, false]);
});

test('a package whose state and tags stay keeps the time at which they last changed', () => {
  const [row] = decisionRows(stored([{ name: 'a', before: { state: 'available', tags: [] } }])).packages;
  expect(row?.changed_at).toBeNull();
});

test('a package is decided about for the first time when its first decision here knows of none before', () => {
  const known = { state: 'available', tags: [] } as const;
  const { firstDecided } = decisionRows(
    stored([{ name: 'a' }, { name: 'b', before: known }, { name: 'a', before: known }]),
  );
  expect([...firstDecided]).toEqual(['default/npm-dev/pkg:npm/a@1.0.0']);
});

test('a tag that comes or goes is a change', () => {
  const { decisions } = decisionRows(
    stored([
      { name: 'a', tags: ['x'], before: { state: 'available', tags: [] } },
      { name: 'b', tags: ['x'], before: { state: 'available', tags: ['y'] } },
      { name: 'c', tags: ['x'], before: { state: 'available', tags: ['x'] } },
    ]),
  );
  expect(decisions.map(({ changed }) => changed)).toEqual([true, true, false]);
});

test('hours count decisions and changes of each workspace', () => {
  const at = (minute: string) => ({
    name: minute,
    decidedAt: `2026-06-14T10:${minute}:00.000Z`,
    before: { state: 'available', tags: [] } as const,
  });
  expect(decisionRows(stored([at('01'), { ...at('59'), state: 'quarantined' }])).hours).toEqual([
    { workspace: 'default', hour: '2026-06-14T10:00:00.000Z', decisions: 2, changed: 1 },
  ]);
});

test('text that PostgreSQL cannot keep is shown with a replacement character, and stops nobody', () => {
  const { packages, decisions } = decisionRows(
    stored([
      {
        name: 'a',
        state: 'quarantined',
        reasons: ['nul \u0000', 'half \ud800'],
        error: { code: 'conflict', message: '\u0000' },
      },
    ]),
  );
  expect(detailsOf(packages[0])).toMatchObject({
    reasons: [{ reasons: ['nul \uFFFD', 'half \uFFFD'], error: 'conflict: \uFFFD' }],
  });
  expect(decisions[0]?.errored).toMatchObject([{ code: 'conflict', message: '\uFFFD' }]);
});

test('events of other types are passed over', () => {
  const [event] = stored([{ name: 'a' }]);
  expect(decisionRows(event ? [{ ...event, type: 'SomethingElse' }] : [])).toEqual({
    packages: [],
    firstDecided: new Set(),
    decisions: [],
    hours: [],
  });
});
