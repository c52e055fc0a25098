import { MAX_MESSAGE_BYTES, TOPICS, type PackageObserved } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import { messageBytes, type OutgoingMessage, type Topics } from '@weir/messaging';
import { count } from '@weir/telemetry';
import { checkEvent } from './check-event.js';
import { collapseDuplicates, type PlacedEvent } from './collapse-duplicates.js';
import { observePackage } from './observe-package.js';
import { readCloudEvents, type SentEvent } from './read-cloud-events.js';
import { refuseFields, type FieldError, type Refusal } from './refusal.js';

export interface AcceptEventsPorts {
  readonly topics: Topics;
  readonly clock: () => Date;
}

/** The events that are durable now. */
export interface Accepted {
  readonly accepted: number;
  readonly events: readonly { readonly id: string; readonly source: string; readonly packageKey: string }[];
}

export type AcceptEvents = (headers: Readonly<Record<string, string | string[] | undefined>>, body: unknown) => Promise<Accepted | Refusal>;

/**
 * Takes all events of a request or none: resolves to what was accepted once every one of them is durable, to a refusal
 * when any is wrong. Throws Retryable when the topics cannot be reached. The same request twice is harmless: evaluation
 * knows observations by source and id.
 */
export const acceptEvents = ({ topics, clock }: AcceptEventsPorts): AcceptEvents => async (headers, body) => {
  const sent = readCloudEvents(headers, body);
  if ('refused' in sent) return sent;
  const placed = checkAll(sent);
  if ('refused' in placed) return placed;
  const observed = observeAll(placed, clock());
  if ('refused' in observed) return observed;
  await topics.publish(observed.map(({ message }) => message));
  count('eventsAccepted', observed.length, {});
  return { accepted: observed.length, events: observed.map(({ observation, message }) => ({ id: observation.id, source: observation.source, packageKey: message.key })) };
};

const checkAll = (sent: readonly SentEvent[]): readonly PlacedEvent[] | Refusal => {
  const placed: PlacedEvent[] = [];
  const errors: FieldError[] = [];
  for (const one of sent) {
    const checked = checkEvent(one);
    if ('event' in checked) placed.push({ checked, sent: one });
    else errors.push(...checked);
  }
  const { events, errors: clashes } = collapseDuplicates(placed);
  errors.push(...clashes);
  return errors.length > 0 ? refuseFields(errors) : events;
};

interface Outgoing {
  readonly observation: PackageObserved['observation'];
  readonly message: OutgoingMessage;
}

const observeAll = (placed: readonly PlacedEvent[], receivedAt: Date): readonly Outgoing[] | Refusal => {
  const outgoing: Outgoing[] = [];
  const errors: FieldError[] = [];
  const tooLarge: FieldError[] = [];
  for (const { checked, sent } of placed) {
    const observed = observePackage(checked, receivedAt);
    if ('path' in observed) {
      errors.push({ pointer: sent.pointer(observed.path), detail: observed.detail });
      continue;
    }
    const message = messageOf(observed);
    const bytes = messageBytes(message);
    if (bytes > MAX_MESSAGE_BYTES) tooLarge.push({ pointer: sent.pointer('/data'), detail: `makes a message of ${bytes} bytes, over ${MAX_MESSAGE_BYTES}: shorten its licence text or its dependencies (event ${observed.observation.id})` });
    outgoing.push({ observation: observed.observation, message });
  }
  if (errors.length > 0) return refuseFields(errors);
  return tooLarge.length > 0 ? refuseFields(tooLarge, 413) : outgoing;
};

const messageOf = (observed: PackageObserved): OutgoingMessage => ({
  topic: TOPICS.observed,
  key: packageKey(observed.workspace, observed.repository.name, observed.package.purl),
  headers: {},
  value: Buffer.from(JSON.stringify(observed)),
});
