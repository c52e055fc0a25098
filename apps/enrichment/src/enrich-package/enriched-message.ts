import { ENVELOPE_HEADER, type Cause, type EnrichedEnvelope, type Topic } from '@weir/contracts';
import type { OutgoingMessage } from '@weir/messaging';
import type { InventoryEntry } from '../inventory/inventory-entry.js';

/** Facts above this many bytes travel as evidence; below it a message with its headers stays under the limit of 256 KiB. */
export const MAX_FACTS_IN_MESSAGE = 200 * 1024;

export interface NewFacts {
  readonly topic: Topic;
  readonly entry: InventoryEntry;
  readonly cause: Cause;
  /** Of an observation: its place among those of its package; null of a feed. */
  readonly ordinal: number | null;
  /** null once the package is deleted. */
  readonly bytes: Uint8Array | null;
  readonly traceparent: string | null;
}

const NOTHING = new Uint8Array();

export const isTooLargeForMessage = (bytes: Uint8Array | null): bytes is Uint8Array =>
  bytes !== null && bytes.length > MAX_FACTS_IN_MESSAGE;

/** The message that tells of a package's facts: the bytes that the digest names, or nothing when they lie in the evidence. */
export const enrichedMessage = ({ topic, entry, cause, ordinal, bytes, traceparent }: NewFacts): OutgoingMessage => {
  const { key, workspace, repository, package: named, presence, factsDigest, sequence } = entry;
  const envelope: EnrichedEnvelope = {
    workspace,
    repository,
    package: named,
    presence,
    factsDigest,
    sequence,
    cause,
    ...(ordinal !== null && { ordinal }),
  };
  return {
    topic,
    key,
    headers: { [ENVELOPE_HEADER]: JSON.stringify(envelope), ...(traceparent !== null && { traceparent }) },
    value: bytes === null || isTooLargeForMessage(bytes) ? NOTHING : bytes,
  };
};
