import type { PolicySet, StoredDecision } from '@weir/contracts';
import { type DecisionRecorded, isDecisionShard, type Principal, type RecordedResult } from '@weir/domain';
import { parseEventId, type EventStore, type StoredEvent } from '@weir/event-store';
import { policiesInScope, readPolicySet } from '@weir/judging';
import { isOf, problem, ProblemError } from '@weir/service';
import { answerable } from '../refusals/answerable.js';

/** The event of a decision as the log holds it. Throws a 404 problem when there is none of that id that the principal may see. */
export const readDecision = async (
  store: EventStore,
  id: string,
  principal: Pick<Principal, 'workspaces'>,
): Promise<StoredEvent> => {
  const address = parseEventId(id);
  const [event] =
    address && isDecisionShard(address.shard)
      ? await answerable(store.read(address.shard, { position: address.position, limit: 1 }))
      : [];
  if (event?.id === id && event.type === 'DecisionRecorded' && isOf(principal, workspaceOf(event))) return event;
  throw new ProblemError(
    problem(
      'no-such-decision',
      `There is no decision ${JSON.stringify(id)}. Ids look like evaluation-3-120; GET /v1/decisions lists them.`,
    ),
  );
};

const workspaceOf = ({ data }: StoredEvent): string => (data as DecisionRecorded['data']).workspace;

/** As it was stored: what its hash is of, and not what upcasters make of it. */
export const storedDecision = (event: StoredEvent, policySet: PolicySet | null): StoredDecision => ({
  id: event.id,
  shard: event.shard,
  position: event.position,
  hash: event.hash,
  type: event.type,
  version: event.storedVersion,
  subject: event.subject,
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  traceparent: event.metadata?.traceparent ?? null,
  asked: policySet === null ? [] : askedBy(event.data as DecisionRecorded['data'], policySet),
  data: JSON.parse(event.dataText) as Record<string, unknown>,
});

/** A decision lists the answers that say something; the policy set names all that were asked. */
const askedBy = (
  { presence, repository, policySetDigest, results }: DecisionRecorded['data'],
  set: PolicySet,
): StoredDecision['asked'] => {
  if (presence === 'deleted') return [];
  const { policies } = policiesInScope({ digest: policySetDigest, set }, repository);
  const said = new Map(results.map((result) => [result.policyId, result]));
  return policies.map(({ policyId, name, revision }) => ({
    policyId,
    policy: name,
    revision,
    answer: answerOf(said.get(policyId)),
  }));
};

const answerOf = (result: RecordedResult | undefined): StoredDecision['asked'][number]['answer'] => {
  if (result?.error) return 'failed';
  if (result?.match === null) return 'undefined';
  return result?.match ? 'match' : 'no match';
};

/** The policies that a decision was made by; null when the log has lost them. */
export const readDecidingSet = (store: EventStore, event: StoredEvent): Promise<PolicySet | null> =>
  readPolicySet((digest) => store.evidence(digest), (event.data as DecisionRecorded['data']).policySetDigest);

/** The facts that a decision saw, byte for byte. Throws a 404 problem when it saw none. */
export const readFacts = async (
  store: EventStore,
  event: StoredEvent,
): Promise<{ readonly digest: string; readonly bytes: Uint8Array }> => {
  const { factsDigest } = event.data as DecisionRecorded['data'];
  if (factsDigest === null)
    throw new ProblemError(problem('no-such-decision', `Decision ${event.id} saw no facts: the package was deleted.`));
  const evidence = await store.evidence(factsDigest);
  if (!evidence) throw new Error(`The facts ${factsDigest} of decision ${event.id} are not in the evidence store.`);
  return { digest: factsDigest, bytes: evidence.bytes };
};
