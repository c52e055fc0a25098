import { EFFECT_SHARDS, type EffectEvent, type EffectRequested } from '@weir/domain';
import { viewOfShards, type EventStore, type StoredEvent } from '@weir/event-store';
import { asTheyAre, type DerivedTable, type DerivedView } from '@weir/postgres';
import type pg from 'pg';
import { writeOutcomes, type OutcomeEvent } from './dispatch-effects/delivery-tables.js';
import { writeRequested } from './request-effects/effect-tables.js';
import { requestedAtOf } from './retention/effect-retention.js';

/** What action sends next and has sent. `sequence` orders the effects of a package: what was missing is put in order anew. */
export const effectTables = (keptSince: Date | null): readonly DerivedTable[] => [
  { name: 'action.package', key: ['package_key'], compared: asTheyAre(['shard', 'state', 'tags']), free: {} },
  {
    name: 'action.effect',
    key: ['effect_id'],
    compared: {
      ...asTheyAre(['shard', 'package_key', 'status', 'traceparent']),
      request: 'pg_temp.as_json(r.request)',
    },
    free: { sequence: null },
    order: 'r.sequence',
    mayBeMissing: mayBeGone('r', keptSince),
  },
  {
    name: 'action.delivery',
    key: ['effect_id', 'endpoint'],
    compared: asTheyAre([
      'shard',
      'package_key',
      'changes_state',
      'status',
      'attempts',
      'requested_at',
      'due_at',
      'overtaken',
      'last_reason',
      'finished_at',
    ]),
    free: { sequence: '(SELECT e.sequence FROM action.effect e WHERE e.effect_id = r.effect_id)' },
    mayBeMissing: `NOT EXISTS (SELECT FROM action.effect k WHERE k.effect_id = r.effect_id)
      AND EXISTS (SELECT FROM pg_temp.effect e WHERE e.effect_id = r.effect_id AND ${mayBeGone('e', keptSince)})`,
  },
];

/** Whether the retention may have taken an effect: it is over, and was asked for before; none where all are kept. */
const mayBeGone = (row: string, keptSince: Date | null): string =>
  keptSince === null
    ? 'false'
    : `(${row}.status <> 'pending' AND ${requestedAtOf(row)} < '${keptSince.toISOString()}')`;

/** Packages of which an effect is missing: it gets a new number, so the others do too, since a later one must not be told before. */
const incomplete = (keptSince: Date | null): string => `
  SELECT m.package_key FROM pg_temp.effect m
   WHERE NOT EXISTS (SELECT FROM action.effect k WHERE k.effect_id = m.effect_id) AND NOT ${mayBeGone('m', keptSince)}`;

export interface EffectViewOptions {
  readonly store: Pick<EventStore, 'read'>;
  /** Before when effects that are over may be gone; null when all are kept. */
  readonly keptSince: Date | null;
}

/** Effects and their deliveries by the log. */
export const effectView = ({ store, keptSince }: EffectViewOptions): DerivedView =>
  viewOfShards({
    store,
    shards: EFFECT_SHARDS,
    schema: 'action',
    tables: effectTables(keptSince),
    fold,
    clear: async (client) => {
      await client.query(
        `DELETE FROM action.delivery WHERE effect_id IN (SELECT effect_id FROM action.effect WHERE package_key IN (${incomplete(keptSince)}))`,
      );
      await client.query(`DELETE FROM action.effect WHERE package_key IN (${incomplete(keptSince)})`);
    },
  });

const EVERYBODY = { has: () => true };

/** Runs of one sort are written together, as they were. */
const fold = async (client: pg.PoolClient, shard: string, events: readonly StoredEvent[]): Promise<void> => {
  for (const run of runsOf(events)) {
    const [first] = run;
    if (first?.type === 'EffectRequested') {
      const requested = run.map(({ type, version, data, metadata }) => ({
        event: { type, version, data } as unknown as EffectRequested,
        traceparent: metadata?.traceparent ?? null,
      }));
      await writeRequested(client, shard, requested, EVERYBODY);
    } else if (first) await writeOutcomes(client, run.map(outcomeOf));
  }
};

const runsOf = (events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] => {
  const runs: StoredEvent[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    const isSame = (last?.[0]?.type === 'EffectRequested') === (event.type === 'EffectRequested');
    if (last && isSame) last.push(event);
    else runs.push([event]);
  }
  return runs;
};

const outcomeOf = ({ type, version, data }: StoredEvent): OutcomeEvent =>
  ({ type, version, data }) as unknown as Exclude<EffectEvent, EffectRequested>;
