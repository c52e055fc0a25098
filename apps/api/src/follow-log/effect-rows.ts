import type { EffectEvent } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { storableText } from '@weir/postgres';

interface Delivery {
  readonly status: 'pending' | 'retrying' | 'delivered' | 'abandoned' | 'superseded';
  readonly attempts: number;
  readonly at: string;
  readonly detail: string;
}

export interface EffectRow {
  readonly effect_id: string;
  readonly package_key: string;
  readonly decision_id: string;
  readonly kind: string;
  readonly requested_at: string;
  readonly deliveries: Readonly<Record<string, Delivery>>;
}

/** New effects, and what became of deliveries. */
export interface EffectRows {
  readonly requested: readonly EffectRow[];
  readonly deliveries: readonly {
    readonly effect_id: string;
    readonly deliveries: Readonly<Record<string, Delivery>>;
  }[];
}

/** What a run of events of one action shard amounts to; the last word on a delivery counts. */
export const effectRows = (events: readonly StoredEvent[]): EffectRows => {
  const requested: EffectRow[] = [];
  const latest = new Map<string, Record<string, Delivery>>();
  for (const stored of events) {
    const event = { type: stored.type, data: stored.data } as EffectEvent;
    if (event.type === 'EffectRequested') requested.push(requestedRow(event.data));
    const delivery = deliveryOf(event);
    if (delivery)
      latest.set(delivery.effectId, {
        ...latest.get(delivery.effectId),
        [storableText(delivery.endpoint)]: delivery.outcome,
      });
  }
  return { requested, deliveries: [...latest].map(([effect_id, deliveries]) => ({ effect_id, deliveries })) };
};

const requestedRow = (data: Extract<EffectEvent, { type: 'EffectRequested' }>['data']): EffectRow => ({
  effect_id: data.effectId,
  package_key: data.packageKey,
  decision_id: data.decisionId,
  kind: data.kind,
  requested_at: data.requestedAt,
  deliveries: Object.fromEntries(
    data.deliverTo.map((endpoint) => [
      storableText(endpoint),
      { status: 'pending', attempts: 0, at: data.requestedAt, detail: 'not sent yet' },
    ]),
  ),
});

const deliveryOf = (
  event: EffectEvent,
): { readonly effectId: string; readonly endpoint: string; readonly outcome: Delivery } | null => {
  switch (event.type) {
    case 'EffectDelivered':
      return delivery(event.data, 'delivered', event.data.attempt, event.data.deliveredAt, event.data.answer);
    case 'EffectAttemptFailed':
      return delivery(event.data, 'retrying', event.data.attempt, event.data.failedAt, event.data.reason);
    case 'EffectAbandoned':
      return delivery(event.data, 'abandoned', event.data.attempts, event.data.abandonedAt, event.data.reason);
    case 'EffectSuperseded':
      return delivery(event.data, 'superseded', 0, event.data.supersededAt, `by effect ${event.data.supersededBy}`);
    default:
      // Requests say nothing about a delivery.
      return null;
  }
};

const delivery = (
  of: { readonly effectId: string; readonly endpoint: string },
  status: Delivery['status'],
  attempts: number,
  at: string,
  detail: string,
) => ({
  effectId: of.effectId,
  endpoint: of.endpoint,
  outcome: { status, attempts, at, detail: storableText(detail) },
});
