import { DEAD_LETTER_HEADERS, replayDeadLetter, type TopicMessage, type Topics } from '@weir/messaging';
import { deadLetterTopic, TOPICS } from '@weir/contracts';
import { NotThere, WrongUse } from './exit-code-of.js';
import type { ExitCode, Output } from './output.js';
import { printableField } from './printable.js';

/** Where a dead letter lies: `topic` is the topic it came from. */
export interface DeadLetterPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface DeadLetter extends DeadLetterPlace {
  readonly key: string;
  readonly cause: string;
  readonly at: string;
  /** Where the message was before. */
  readonly from: { readonly partition: number; readonly offset: number };
}

export interface ListDeadLettersOptions {
  /** Of this topic only; of all topics of the flow when undefined. */
  readonly topic: string | undefined;
  readonly json: boolean;
}

const PAGE = 500;
const LONGEST_CAUSE = 120;

/** `weir dead-letters list`: what could not be handled, by topic, partition and offset. */
export const listDeadLetters = async (
  topics: Topics,
  options: ListDeadLettersOptions,
  output: Output,
): Promise<ExitCode> => {
  const found: DeadLetter[] = [];
  for await (const letter of deadLetters(topics, options.topic)) {
    if (options.json) found.push(letter);
    else
      output.stdout(
        `${letter.topic} ${letter.partition} ${letter.offset}  ${printableField(letter.at)}  ${printableField(letter.key)}\n    ${printableField(letter.cause.slice(0, LONGEST_CAUSE))}`,
      );
  }
  if (options.json) output.stdout(JSON.stringify({ deadLetters: found }));
  return 0;
};

/** `weir dead-letters show`: one of them with its headers and value; 1 when there is none at that place. */
export const showDeadLetter = async (
  topics: Topics,
  place: DeadLetterPlace,
  json: boolean,
  output: Output,
): Promise<ExitCode> => {
  const message = await letterAt(topics, place);
  if (message === null) throw noSuchLetter(place);
  const value = valueOf(message);
  if (json) output.stdout(JSON.stringify({ ...letterOf(place.topic, message), headers: message.headers, ...value }));
  else
    output.stdout(
      [
        `key: ${printableField(message.key)}`,
        ...Object.entries(message.headers).map((pair) => pair.map(printableField).join(': ')),
        '',
        value.valueText ?? `${value.valueBase64} (base64)`,
      ].join('\n'),
    );
  return 0;
};

/** `weir dead-letters replay`: sends one to the end of the topic it came from; 1 when there is none at that place. */
export const replayOne = async (
  topics: Topics,
  place: DeadLetterPlace,
  json: boolean,
  output: Output,
): Promise<ExitCode> => {
  if ((await letterAt(topics, place)) === null) throw noSuchLetter(place);
  await replayDeadLetter(topics, deadLetterTopic(place.topic), place.partition, place.offset);
  if (json) output.stdout(JSON.stringify({ replayed: [place] }));
  else output.stderr(`Sent to ${place.topic} again.`);
  return 0;
};

/** `weir dead-letters replay --all`: sends every one that is there now again, those of `topic` or all. */
export const replayAll = async (topics: Topics, options: ListDeadLettersOptions, output: Output): Promise<ExitCode> => {
  const replayed: DeadLetterPlace[] = [];
  for await (const { topic, partition, offset } of deadLetters(topics, options.topic)) {
    await replayDeadLetter(topics, deadLetterTopic(topic), partition, offset);
    replayed.push({ topic, partition, offset });
  }
  if (options.json) output.stdout(JSON.stringify({ replayed }));
  else output.stderr(`${replayed.length} sent again.`);
  return 0;
};

/** Those that were there when the asking began, so that a replay does not meet what it causes. */
async function* deadLetters(topics: Topics, only: string | undefined): AsyncGenerator<DeadLetter> {
  for (const topic of topicsToLookAt(only)) {
    const ends = await topics.ends(deadLetterTopic(topic));
    for (const [partition, end] of ends.entries()) yield* lettersOf(topics, topic, partition, end);
  }
}

async function* lettersOf(topics: Topics, topic: string, partition: number, end: number): AsyncGenerator<DeadLetter> {
  for (let from = 0; from < end;) {
    const page = await topics.peek(deadLetterTopic(topic), partition, from, PAGE);
    for (const message of page) if (message.offset < end) yield letterOf(topic, message);
    from = (page.at(-1)?.offset ?? end) + 1;
  }
}

const topicsToLookAt = (only: string | undefined): readonly string[] => {
  const known: readonly string[] = Object.values(TOPICS);
  if (only === undefined) return known;
  if (!known.includes(only)) throw new WrongUse(`No topic is named ${only}. There are ${known.join(', ')}.`);
  return [only];
};

const letterAt = async (
  topics: Topics,
  { topic, partition, offset }: DeadLetterPlace,
): Promise<TopicMessage | null> => {
  topicsToLookAt(topic);
  if (partition >= topics.partitions)
    throw new WrongUse(`There are ${topics.partitions} partitions, from 0 on: no ${partition}.`);
  const [message] = await topics.peek(deadLetterTopic(topic), partition, offset, 1);
  return message?.offset === offset ? message : null;
};

const noSuchLetter = ({ topic, partition, offset }: DeadLetterPlace): NotThere =>
  new NotThere(
    `There is no dead letter of ${topic} in partition ${partition} at offset ${offset}: list them to see which there are.`,
  );

const letterOf = (topic: string, { partition, offset, key, headers, publishedAt }: TopicMessage): DeadLetter => ({
  topic,
  partition,
  offset,
  key,
  cause: headers[DEAD_LETTER_HEADERS.cause] ?? 'not told',
  at: headers[DEAD_LETTER_HEADERS.at] ?? publishedAt,
  from: {
    partition: Number(headers[DEAD_LETTER_HEADERS.partition]),
    offset: Number(headers[DEAD_LETTER_HEADERS.offset]),
  },
});

/** Text where the bytes are UTF-8, else base64. */
const valueOf = ({ value }: TopicMessage): { readonly valueText?: string; readonly valueBase64?: string } => {
  try {
    return { valueText: new TextDecoder('utf-8', { fatal: true }).decode(value) };
  } catch {
    return { valueBase64: Buffer.from(value).toString('base64') };
  }
};
