import { readActedUpTo } from '@weir/action';
import { RELAY } from '@weir/evaluation';
import { TOPICS } from '@weir/contracts';
import { positionSince, type EventStore } from '@weir/event-store';
import { lossOf, type Loss, type Topics } from '@weir/messaging';
import type pg from 'pg';
import { readKeptPositions, type KeptPosition } from './reader-positions.js';

/** One position that does not say where to go on, and where it would. */
export interface PlannedMove {
  readonly kept: KeptPosition;
  readonly loss: Loss;
  readonly to: { readonly next: number; readonly incarnation: string };
  /** Messages that would be read; of the relay, events of the log that are looked at again. */
  readonly messages: number;
}

export interface AdoptionPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Pick<Topics, 'place' | 'incarnation'>;
}

/**
 * Which positions are lost and where each goes on: a consumer at the first message that is kept. Decisions are published
 * again from the first that action has not acted on, into another topic also those that were recorded since `since`.
 */
export const planAdoption = async (ports: AdoptionPorts, since: string): Promise<readonly PlannedMove[]> => {
  const kept = await readKeptPositions(ports.pool, ports.store);
  const moves: PlannedMove[] = [];
  for (const one of kept.filter(({ group }) => group !== RELAY)) {
    const place = await ports.topics.place(one.topic, one.partition);
    const loss = lossOf(one, place);
    if (loss === null) continue;
    const { first, end, incarnation } = place;
    moves.push({ kept: one, loss, to: { next: first, incarnation }, messages: end - first });
  }
  return [...moves, ...(await planRelay(ports, kept, { moves, since }))];
};

const planRelay = async (
  { pool, topics }: AdoptionPorts,
  kept: readonly KeptPosition[],
  { moves, since }: { readonly moves: readonly PlannedMove[]; readonly since: string },
): Promise<readonly PlannedMove[]> => {
  const relays = kept.filter(({ group }) => group === RELAY);
  if (relays.length === 0) return [];
  const incarnation = await topics.incarnation(TOPICS.decisions);
  const acted = await readActedUpTo(pool);
  const cut = new Set(moves.flatMap(({ kept: { group, partition } }) => (group === 'action' ? [partition] : [])));
  const planned: PlannedMove[] = [];
  for (const one of relays) {
    const isOther = one.incarnation !== null && one.incarnation !== incarnation;
    if (!isOther && !cut.has(one.partition)) continue;
    const shard = one.shard ?? '';
    const lacking = acted.get(shard) ?? 0;
    const next = Math.min(one.next, lacking, isOther ? await positionSince(pool, shard, since) : lacking);
    const to = { next, incarnation };
    planned.push({ kept: one, loss: isOther ? 'another topic' : 'cut', to, messages: one.next - next });
  }
  return planned;
};
