import { ENVELOPE_HEADER, enrichedEnvelopeSchema } from '@weir/contracts';
import { packageKey } from '@weir/domain';
import type { TopicMessage } from '@weir/messaging';
import type { Subject } from '../judge-packages/subject.js';

/** @throws when the message is not what enrichment publishes: a permanent fault, so it goes to the dead letters. */
export const subjectOf = (message: TopicMessage): Subject => {
  const header = message.headers[ENVELOPE_HEADER];
  if (header === undefined)
    throw new Error(
      `Message ${message.offset} of ${message.topic}/${message.partition} has no ${ENVELOPE_HEADER} header.`,
    );
  const envelope = enrichedEnvelopeSchema.parse(JSON.parse(header));
  const { ordinal = null, ...named } = envelope;
  return {
    ...named,
    ordinal,
    key: packageKey(envelope.workspace, envelope.repository.name, envelope.package.purl),
    facts: message.value.byteLength > 0 ? message.value : null,
    traceparent: message.headers['traceparent'] ?? null,
  };
};
