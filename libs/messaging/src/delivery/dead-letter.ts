import { deadLetterTopic } from '@weir/contracts';
import { storableText } from '@weir/postgres';
import { describeIssue, pointerOf, type SchemaIssue } from '@weir/service/validate';
import type { OutgoingMessage, TopicMessage, Topics } from '../topics.js';

/** Headers that a dead letter carries besides those of its message. */
export const DEAD_LETTER_HEADERS = {
  cause: 'weir-dead-cause',
  topic: 'weir-dead-topic',
  partition: 'weir-dead-partition',
  offset: 'weir-dead-offset',
  at: 'weir-dead-at',
} as const;

const LONGEST_CAUSE = 2_000;

/** `message` as its dead letter, saying why and where it came from. */
export const deadLetterOf = (message: TopicMessage, cause: unknown, at: Date): OutgoingMessage => ({
  topic: deadLetterTopic(message.topic),
  key: message.key,
  headers: {
    ...message.headers,
    [DEAD_LETTER_HEADERS.cause]: describeCause(cause),
    [DEAD_LETTER_HEADERS.topic]: message.topic,
    [DEAD_LETTER_HEADERS.partition]: String(message.partition),
    [DEAD_LETTER_HEADERS.offset]: String(message.offset),
    [DEAD_LETTER_HEADERS.at]: at.toISOString(),
  },
  value: message.value,
});

/** One line for whoever reads headers: a stack belongs into the log. */
export const describeCause = (cause: unknown): string => storableText(describe(cause).slice(0, LONGEST_CAUSE));

const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return oneLine(String(cause));
  const message = `${cause.name}: ${isSchemaFault(cause) ? cause.issues.map(fieldOf).join('; ') : oneLine(cause.message)}`;
  return cause.cause === undefined ? message : `${message} (${describe(cause.cause)})`;
};

const isSchemaFault = (cause: Error): cause is Error & { readonly issues: readonly SchemaIssue[] } =>
  'issues' in cause && Array.isArray(cause.issues);

const fieldOf = (issue: SchemaIssue): string => oneLine(`${pointerOf(issue) || 'the whole'} ${describeIssue(issue)}`);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/**
 * Publishes the dead letter at `offset` of `topic` (a dead-letter topic) again to the topic it came from, behind what is
 * there now. The dead letter stays; handling a message twice changes nothing. Throws when there is none at that place.
 */
export const replayDeadLetter = async (
  topics: Topics,
  topic: string,
  partition: number,
  offset: number,
): Promise<void> => {
  const [letter] = await topics.peek(topic, partition, offset, 1);
  const origin = letter?.headers[DEAD_LETTER_HEADERS.topic];
  if (letter?.offset !== offset || origin === undefined) {
    throw new Error(
      `There is no dead letter at offset ${offset} of ${topic}, partition ${partition}: list them to see which there are.`,
    );
  }
  const ours: readonly string[] = Object.values(DEAD_LETTER_HEADERS);
  const headers = Object.fromEntries(Object.entries(letter.headers).filter(([name]) => !ours.includes(name)));
  await topics.publish([{ topic: origin, key: letter.key, headers, value: letter.value }]);
};
