import { MAX_MESSAGE_BYTES, TOPICS } from '@weir/contracts';
import type { DecisionRecorded } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import type { OutgoingMessage, Topics } from '@weir/messaging';
import { ATTRIBUTES, SERVICES, SPANS, traceBatch } from '@weir/telemetry';
import type pg from 'pg';

export interface RelayPorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
}

/**
 * Publishes a shard's decisions in order, from the log and never beside it, as the text that is stored: what a reader's
 * upcasters make of it does not leave. A crash between publishing and noting how far repeats the last messages;
 * consumers drop repeats by comparing (shard, position).
 */
export const relayShard = (ports: RelayPorts, shard: string, signal: AbortSignal): Promise<void> =>
  ports.store.follow({
    shard,
    signal,
    from: async () => {
      const { rows } = await ports.pool.query<{ next: number }>('SELECT next_position::float8 AS next FROM evaluation.relay WHERE shard = $1', [shard]);
      return rows[0]?.next ?? 0;
    },
    handle: async (events) => {
      const traceparents = events.map(({ metadata }) => metadata?.traceparent ?? null);
      await traceBatch({ service: SERVICES.evaluation, each: SPANS.relay, attributes: { [ATTRIBUTES.shard]: shard } }, traceparents, (own) =>
        ports.topics.publish(events.map((event, i) => toMessage(event, own[i] ?? null))),
      );
      await ports.pool.query(
        `INSERT INTO evaluation.relay (shard, next_position) VALUES ($1, $2)
         ON CONFLICT (shard) DO UPDATE SET next_position = greatest(evaluation.relay.next_position, excluded.next_position)`,
        [shard, (events.at(-1)?.position ?? -1) + 1],
      );
    },
  });

const toMessage = (event: StoredEvent, traceparent: string | null): OutgoingMessage => ({
  topic: TOPICS.decisions,
  key: event.subject,
  headers: {
    'weir-shard': event.shard,
    'weir-position': String(event.position),
    'content-type': 'application/cloudevents+json',
    ...(traceparent === null ? {} : { traceparent }),
  },
  value: messageValue(event),
});

/** Room for the key and headers beside the value. */
const LONGEST_VALUE = MAX_MESSAGE_BYTES - 16 * 1024;

/** The decision as it is stored; one that is too long for a message leaves out what its policies said beyond the answer. */
const messageValue = (event: StoredEvent): Buffer => {
  const whole = Buffer.from(cloudEventText(event, event.dataText), 'utf8');
  if (whole.byteLength <= LONGEST_VALUE) return whole;
  const data = JSON.parse(event.dataText) as DecisionRecorded['data'];
  const results = data.results.map((result) => ({ ...result, output: '{}', reasons: [] }));
  return Buffer.from(cloudEventText(event, JSON.stringify({ ...data, results }), { dataref: `/v1/decisions/${event.id}` }), 'utf8');
};

/** CloudEvents 1.0, structured JSON; `dataref` (its extension of that name) says where the whole data is. */
const cloudEventText = (event: StoredEvent, dataText: string, extensions: { readonly dataref?: string } = {}): string => {
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `/weir/${event.shard}`,
    type: 'dev.weir.decision.recorded.v1',
    time: event.occurredAt,
    subject: event.subject,
    datacontenttype: 'application/json',
    ...extensions,
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${dataText}}`;
};
