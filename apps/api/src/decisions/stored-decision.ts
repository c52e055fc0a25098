import type { StoredDecision } from '@weir/contracts';
import { type DecisionRecorded, isDecisionShard } from '@weir/domain';
import { parseEventId, type EventStore, type StoredEvent } from '@weir/event-store';
import { problem, ProblemError } from '@weir/service';

/** The event of a decision as the log holds it. Throws a 404 problem when there is none of that id. */
export const readDecision = async (store: EventStore, id: string): Promise<StoredEvent> => {
  const address = parseEventId(id);
  const [event] = address && isDecisionShard(address.shard) ? await store.read(address.shard, { position: address.position, limit: 1 }) : [];
  if (event?.id === id && event.type === 'DecisionRecorded') return event;
  throw new ProblemError(problem(404, `There is no decision ${JSON.stringify(id)}. Ids look like evaluation-3-120; GET /v1/decisions lists them.`));
};

export const storedDecision = (event: StoredEvent): StoredDecision => ({
  id: event.id,
  shard: event.shard,
  position: event.position,
  hash: event.hash,
  type: event.type,
  version: event.version,
  subject: event.subject,
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  traceparent: event.metadata?.traceparent ?? null,
  data: event.data as Record<string, unknown>,
});

/** The facts that a decision saw, byte for byte. Throws a 404 problem when it saw none. */
export const readFacts = async (store: EventStore, event: StoredEvent): Promise<{ readonly digest: string; readonly bytes: Uint8Array }> => {
  const { factsDigest } = event.data as DecisionRecorded['data'];
  if (factsDigest === null) throw new ProblemError(problem(404, `Decision ${event.id} saw no facts: the package was deleted.`));
  const evidence = await store.evidence(factsDigest);
  if (!evidence) throw new Error(`The facts ${factsDigest} of decision ${event.id} are not in the evidence store.`);
  return { digest: factsDigest, bytes: evidence.bytes };
};
