import { EFFECT_SHARDS, type EffectEvent, type EffectRequested } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import { asTemporary, type DerivedTable, type DerivedView } from '@weir/postgres';
import type pg from 'pg';
import { writeOutcomes, type OutcomeEvent } from './dispatch-effects/delivery-tables.js';
import { writeRequested } from './request-effects/effect-tables.js';

const itself = (columns: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map((column) => [column, `r.${column}`]));

/** What action sends next and has sent. `sequence` orders the effects of a package: what was missing is put in order anew. */
export const effectTables: readonly DerivedTable[] = [
  { name: 'action.package', key: ['package_key'], compared: itself(['shard', 'state', 'tags']), free: {} },
  {
    name: 'action.effect',
    key: ['effect_id'],
    compared: { ...itself(['shard', 'package_key', 'status', 'traceparent']), request: 'pg_temp.as_json(r.request)' },
    free: { sequence: null },
    order: 'r.sequence',
  },
  {
    name: 'action.delivery',
    key: ['effect_id', 'endpoint'],
    compared: itself([
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
  },
];

/** Packages of which an effect is missing: it gets a new number, so the others do too, since a later one must not be told before. */
const INCOMPLETE = `
  SELECT m.package_key FROM pg_temp.effect m WHERE NOT EXISTS (SELECT FROM action.effect k WHERE k.effect_id = m.effect_id)`;

const SHARDS = 'log.shard_head WHERE starts_with(shard, $1)';
const BATCH = 500;

/** Effects and their deliveries by the log: they move in one transaction with the heads of action's shards. */
export const effectView = ({ store }: { readonly store: Pick<EventStore, 'read'> }): DerivedView => {
  const done = new Map<string, number>();
  return {
    tables: effectTables,
    bringOn: async (client) => {
      const { rows } = await client.query<{ shard: string; size: number }>(
        `SELECT shard, size::float8 AS size FROM ${SHARDS} ORDER BY shard`,
        [EFFECT_SHARDS],
      );
      for (const { shard, size } of rows) {
        for (let position = done.get(shard) ?? 0; position < size;) {
          const events = await store.read(shard, { position, limit: Math.min(BATCH, size - position) });
          if (events.length === 0)
            throw new Error(`The log lacks an event: ${shard} at position ${position}. Run weir log verify.`);
          await fold(asTemporary(client, 'action'), shard, events);
          position += events.length;
        }
        done.set(shard, size);
      }
    },
    lock: async (client) => {
      // Whoever writes moves a head in the same transaction.
      await client.query(`SELECT FROM ${SHARDS} ORDER BY shard FOR UPDATE`, [EFFECT_SHARDS]);
    },
    clear: async (client) => {
      await client.query(
        `DELETE FROM action.delivery WHERE effect_id IN (SELECT effect_id FROM action.effect WHERE package_key IN (${INCOMPLETE}))`,
      );
      await client.query(`DELETE FROM action.effect WHERE package_key IN (${INCOMPLETE})`);
    },
  };
};

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
