import { MAX_MESSAGE_BYTES, TOPICS, type PackageObserved } from '@weir/contracts';
import { ANYONE, packageKey, type Principal } from '@weir/domain';
import { isOf, outsideOf } from '@weir/service';
import { messageBytes, type OutgoingMessage } from '@weir/messaging';
import { checkEvent } from './check-event.js';
import { collapseDuplicates, type PlacedEvent } from './collapse-duplicates.js';
import { observePackage } from './observe-package.js';
import type { SentEvent } from './read-cloud-events.js';
import { refuseFields, type FieldError, type Refusal } from './refusal.js';

/** Who sends events: where theirs may go. */
export type Sender = Pick<Principal, 'name' | 'workspaces'>;

/** An observation and the message that makes it durable. */
export interface Outgoing {
  readonly observation: PackageObserved['observation'];
  readonly message: OutgoingMessage;
}

/** What sent events say, all of them or none: the one path for every way in, so that all are checked alike. */
export const observeEvents = (
  sent: readonly SentEvent[],
  receivedAt: Date,
  sender: Sender = ANYONE,
): readonly Outgoing[] | Refusal => {
  const placed = checkAll(sent);
  return 'refused' in placed ? placed : observeAll(placed, receivedAt, sender);
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

const observeAll = (
  placed: readonly PlacedEvent[],
  receivedAt: Date,
  sender: Sender,
): readonly Outgoing[] | Refusal => {
  const outgoing: Outgoing[] = [];
  const errors: FieldError[] = [];
  const tooLarge: FieldError[] = [];
  const foreign: FieldError[] = [];
  for (const { checked, sent } of placed) {
    const observed = observePackage(checked, receivedAt);
    if ('path' in observed) {
      errors.push({ pointer: sent.pointer(observed.path), detail: observed.detail });
      continue;
    }
    if (!isOf(sender, observed.workspace))
      foreign.push({ pointer: sent.pointer('/data/workspace'), detail: outsideOf(sender, observed.workspace) });
    const message = messageOf(observed);
    const bytes = messageBytes(message);
    if (bytes > MAX_MESSAGE_BYTES)
      tooLarge.push({
        pointer: sent.pointer('/data'),
        detail: `makes a message of ${bytes} bytes, over ${MAX_MESSAGE_BYTES}: shorten its licence text or its dependencies (event ${observed.observation.id})`,
      });
    outgoing.push({ observation: observed.observation, message });
  }
  if (foreign.length > 0) return refuseFields(foreign, 403);
  if (errors.length > 0) return refuseFields(errors);
  return tooLarge.length > 0 ? refuseFields(tooLarge, 413) : outgoing;
};

const messageOf = (observed: PackageObserved): OutgoingMessage => ({
  topic: TOPICS.observed,
  key: packageKey(observed.workspace, observed.repository.name, observed.package.purl),
  headers: {},
  value: Buffer.from(JSON.stringify(observed)),
});
