import type { UnreadPart } from '@weir/contracts';
import type { DecisionRecorded } from '@weir/domain';
import type { EventStore } from '@weir/event-store';
import { readDecision, readFacts } from '../decisions/stored-decision.js';

/** What the facts of a decision could not tell; nothing of facts that versions before built, or of a deleted package. */
export const unreadOf = async (store: EventStore, decisionId: string): Promise<UnreadPart[]> => {
  const event = await readDecision(store, decisionId, { workspaces: null });
  if ((event.data as DecisionRecorded['data']).factsDigest === null) return [];
  const { bytes } = await readFacts(store, event);
  const { v1 } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { v1?: { unread?: UnreadPart[] } };
  return v1?.unread ?? [];
};
