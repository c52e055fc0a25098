import type { DecisionSummary } from '@weir/contracts';
import type { DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { recordedSummary } from '../follow-log/decision-rows.js';

/** An event as streams send it. What it says is made once, for the first that sends it. */
export interface StreamedDecision {
  readonly position: number;
  /** null: it is none that streams tell of. */
  readonly told: () => { readonly decision: DecisionSummary; readonly json: string } | null;
}

export const streamedDecision = ({ id, type, data, position }: StoredEvent): StreamedDecision => {
  let told: ReturnType<StreamedDecision['told']> | undefined;
  return {
    position,
    told: () => {
      if (told !== undefined) return told;
      if (type !== 'DecisionRecorded') return (told = null);
      const decision = recordedSummary(id, data as DecisionRecorded['data']);
      return (told = { decision, json: JSON.stringify(decision) });
    },
  };
};
