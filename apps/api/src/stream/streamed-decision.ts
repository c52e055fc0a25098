import type { DecisionSummary } from '@weir/contracts';
import type { DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { recordedSummary } from '../follow-log/decision-rows.js';

/** An event as streams send it. What it says is made once, for the first that sends it. */
export interface StreamedDecision {
  readonly position: number;
  /** What it is; null: none that streams tell of. */
  readonly decision: () => DecisionSummary | null;
  readonly json: () => string;
  /** Its cause is told for people from here on. */
  readonly put: (inWords: DecisionSummary) => void;
  readonly isInWords: () => boolean;
}

export const streamedDecision = ({ id, type, data, position }: StoredEvent): StreamedDecision => {
  let told: DecisionSummary | null | undefined;
  let json: string | undefined;
  let isInWords = false;
  const decision = (): DecisionSummary | null => {
    told ??= type === 'DecisionRecorded' ? recordedSummary(id, data as DecisionRecorded['data']) : null;
    return told;
  };
  return {
    position,
    decision,
    json: () => (json ??= JSON.stringify(decision())),
    put: (words) => {
      [told, json, isInWords] = [words, undefined, true];
    },
    isInWords: () => isInWords,
  };
};

/** The same decisions with their causes told for people. */
export type InWords = (decisions: readonly DecisionSummary[]) => Promise<readonly DecisionSummary[]>;

/** Causes that the log tells by digest. */
const BY_DIGEST: ReadonlySet<string> = new Set(['policy', 'engine']);

/** Puts into words what the log tells by digest, once for all streams and all of a page at a time. */
export const putInWords = async (events: readonly StreamedDecision[], inWords: InWords): Promise<void> => {
  const open = events.flatMap((event) => {
    const decision = event.isInWords() ? null : event.decision();
    return decision && BY_DIGEST.has(decision.cause.kind) ? [{ event, decision }] : [];
  });
  if (open.length === 0) return;
  const told = await inWords(open.map(({ decision }) => decision));
  for (const [at, { event }] of open.entries()) {
    const words = told[at];
    if (words) event.put(words);
  }
};
