import type { NewEvent } from '@weir/event-store';
import type { Concluded } from './conclude.js';
import { confirmationEvents } from './confirmation-events.js';

/**
 * What the log is told of a batch. Invariant: of one package it is told in the order in which it happened. What was
 * confirmed is told together, as long as none of these packages comes again.
 */
export const judgementEvents = (concluded: readonly Concluded[], decidedAt: string): readonly NewEvent[] => {
  const events: NewEvent[] = [];
  const waiting = new Map<string, Concluded>();
  const tell = (): void => {
    events.push(...confirmationEvents([...waiting.values()], decidedAt));
    waiting.clear();
  };
  for (const one of concluded) {
    const { key } = one.case.subject;
    if (waiting.has(key)) tell();
    if (one.confirmation) waiting.set(key, one);
    events.push(...decisionEvent(one));
  }
  tell();
  return events;
};

const decisionEvent = ({ case: { subject }, decision }: Concluded): readonly NewEvent[] => {
  if (!decision) return [];
  const { type, version, data } = decision;
  const { key, cause, traceparent } = subject;
  const metadata = {
    ...(cause.kind === 'observation' ? { causationId: cause.observation.id } : {}),
    ...(traceparent ? { traceparent } : {}),
  };
  return [{ type, version, subject: key, data, occurredAt: data.decidedAt, metadata }];
};
