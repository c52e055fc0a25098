import type { TopicMessage } from '@weir/messaging';
import { z } from 'zod';
import { storableText } from '../storable-text.js';

const text = z.string().transform(storableText);

const decisionEventSchema = z.object({
  id: z.string().min(1),
  type: z.literal('dev.weir.decision.recorded.v1'),
  data: z.object({
    workspace: z.string(),
    repository: z.object({ name: text }),
    package: z.object({ purl: z.string() }),
    desired: z.object({
      state: z.enum(['available', 'quarantined', 'hidden', 'deleted']),
      tags: z.array(text),
      because: z.array(z.object({ policyId: z.string(), name: text })),
    }),
    results: z.array(
      z.object({
        policyId: z.string(),
        reasons: z.array(text),
        error: z.object({ code: text, message: text }).nullable(),
      }),
    ),
    presence: z.enum(['present', 'deleted']),
  }),
});

export type Decision = z.output<typeof decisionEventSchema>;

/** A decision as it came from the topic, and its place in the log. */
export interface DecisionMessage {
  readonly packageKey: string;
  readonly sourceShard: string;
  readonly position: number;
  readonly decision: Decision;
  readonly traceparent: string | null;
}

/** @throws when the message is not what the relay of evaluation publishes: a permanent fault, so it becomes a dead letter. */
export const decisionOf = (message: TopicMessage): DecisionMessage => {
  const sourceShard = message.headers['weir-shard'];
  const position = Number(message.headers['weir-position'] ?? Number.NaN);
  if (!sourceShard || !Number.isSafeInteger(position) || position < 0) throw new Error('A decision needs the headers weir-shard and weir-position.');
  return {
    packageKey: message.key,
    sourceShard,
    position,
    decision: decisionEventSchema.parse(JSON.parse(Buffer.from(message.value).toString('utf8'))),
    traceparent: message.headers['traceparent'] ?? null,
  };
};
