import { ATTRIBUTES, type MessagingOperation, type MessagingSpanName } from '@weir/service/observe';

/** What a span of a message, or of a batch of one partition, tells by OpenTelemetry's messaging conventions. */
export interface MessagingOperationOn {
  readonly system: string;
  readonly topic: string;
  readonly operation: MessagingOperation;
  readonly partition?: number;
  readonly group?: string;
  readonly offset?: number;
}

export const messagingSpan = ({ operation, topic }: MessagingOperationOn): MessagingSpanName => `${operation} ${topic}`;

export const messagingAttributes = ({
  system,
  topic,
  operation,
  partition,
  group,
  offset,
}: MessagingOperationOn): Readonly<Record<string, string | number>> => ({
  [ATTRIBUTES.messagingSystem]: system,
  [ATTRIBUTES.topic]: topic,
  [ATTRIBUTES.messagingOperation]: operation,
  [ATTRIBUTES.messagingOperationType]: operation,
  ...(partition !== undefined && { [ATTRIBUTES.partition]: String(partition) }),
  ...(group !== undefined && { [ATTRIBUTES.group]: group }),
  ...(offset !== undefined && { [ATTRIBUTES.offset]: offset }),
});
