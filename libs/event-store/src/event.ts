/** Who and what led to an event. Unknown fields are not kept: extend this type instead. */
export interface EventMetadata {
  /** Id of the event or message that directly caused this one. */
  readonly causationId?: string;
  /** Id shared by everything that follows from one request or observation. */
  readonly correlationId?: string;
  /** W3C trace context, so that the trace can be opened from any event. */
  readonly traceparent?: string;
  /** The person or service that asked for it. */
  readonly actor?: string;
}

/** An event that has happened and is not in the log yet. */
export interface NewEvent {
  /** Past tense, such as `DecisionMade`. */
  readonly type: string;
  /** Version of the shape of `data`, from 1. Old versions are upcast when read. */
  readonly version: number;
  /** What the event is about: a package key or a policy id. At most 2,000 bytes, no U+0000. */
  readonly subject: string;
  /** JSON. What `JSON.stringify` makes of it is stored and hashed byte for byte. */
  readonly data: unknown;
  readonly metadata?: EventMetadata;
  /** ISO 8601 in UTC, ending in Z. */
  readonly occurredAt: string;
}

/** An event as the log holds it. */
export interface StoredEvent extends NewEvent {
  readonly shard: string;
  /** From 0, without gaps within the shard. */
  readonly position: number;
  /** `sha256:<hex>`: RFC 6962 leaf hash of the event, and what the next event names as its predecessor. */
  readonly hash: string;
  /** When the writer appended it; ISO 8601 in UTC. */
  readonly recordedAt: string;
  /** Names the event everywhere, such as `evaluation-3-120`. */
  readonly id: string;
  /** The JSON text exactly as stored. `data` may differ from it: it was upcast to `version`. */
  readonly dataText: string;
  /** The version that `dataText` is of. */
  readonly storedVersion: number;
}
