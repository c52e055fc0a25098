import { isDeepStrictEqual } from 'node:util';
import type { CheckedEvent } from './check-event.js';
import type { FieldError } from './refusal.js';
import type { SentEvent } from './read-cloud-events.js';

/** An event and where it was sent, for errors found later. */
export interface PlacedEvent {
  readonly checked: CheckedEvent;
  readonly sent: SentEvent;
}

/** One event for each workspace, source and id, in the order of their first appearance; the same id for different content is told. */
export const collapseDuplicates = (
  placed: readonly PlacedEvent[],
): { readonly events: readonly PlacedEvent[]; readonly errors: readonly FieldError[] } => {
  const first = new Map<string, PlacedEvent>();
  const errors: FieldError[] = [];
  for (const one of placed) {
    const {
      event: { source, id },
      data: { workspace },
    } = one.checked;
    const identity = JSON.stringify([workspace, source, id]);
    const known = first.get(identity);
    if (!known) first.set(identity, one);
    else if (!isDeepStrictEqual(known.checked, one.checked))
      errors.push({
        pointer: one.sent.pointer('/id'),
        detail: `is the id of another event of this source (${known.sent.pointer('/id')}) with different content: give it an id of its own`,
      });
  }
  return { events: [...first.values()], errors };
};
