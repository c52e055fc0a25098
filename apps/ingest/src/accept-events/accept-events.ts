import type { Topics } from '@weir/messaging';
import { count } from '@weir/service';
import { observeEvents, type Sender } from './observe-events.js';
import { readCloudEvents } from './read-cloud-events.js';
import type { Refusal } from './refusal.js';

export interface AcceptEventsPorts {
  readonly topics: Topics;
  readonly clock: () => Date;
}

/** The events that are durable now. */
export interface Accepted {
  readonly accepted: number;
  readonly events: readonly { readonly id: string; readonly source: string; readonly packageKey: string }[];
}

export type AcceptEvents = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: unknown,
  sender?: Sender,
) => Promise<Accepted | Refusal>;

/**
 * Takes all events of a request or none: resolves to what was accepted once every one of them is durable, to a refusal
 * when any is wrong. Throws Retryable when the topics cannot be reached. The same request twice is harmless: an
 * observation is known by its workspace, source and id.
 */
export const acceptEvents =
  ({ topics, clock }: AcceptEventsPorts): AcceptEvents =>
  async (headers, body, sender) => {
    const sent = readCloudEvents(headers, body);
    if ('refused' in sent) return sent;
    const observed = observeEvents(sent, clock(), sender);
    if ('refused' in observed) return observed;
    await topics.publish(observed.map(({ message }) => message));
    count('eventsAccepted', observed.length, {});
    return {
      accepted: observed.length,
      events: observed.map(({ observation, message }) => ({
        id: observation.id,
        source: observation.source,
        packageKey: message.key,
      })),
    };
  };
