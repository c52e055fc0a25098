import { globSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  ENVELOPE_HEADER,
  TOPICS,
  MAX_MESSAGE_BYTES,
  deadLetterTopic,
  retryTopic,
  enrichedEnvelopeSchema,
  packageObservedSchema,
} from '../../libs/contracts/dist/index.js';
import { DEAD_LETTER_HEADERS, RETRY_HEADERS, UPSTREAM_HEADER } from '../../libs/messaging/dist/index.js';

const PACKAGE_KEY = 'The package key, `workspace/repository/purl`';
const FACTS =
  'The facts document, byte for byte what `factsDigest` names; empty when the document is larger than a message may be, and then it lies in the evidence';
const ENVELOPE = [
  [ENVELOPE_HEADER, 'JSON, see [the envelope](#the-envelope)'],
  ['traceparent', 'W3C Trace Context, when there is one'],
];

/** What a message of each topic is made of. */
const MESSAGES = {
  observed: {
    key: PACKAGE_KEY,
    value: 'JSON, see [an observed package](#an-observed-package)',
    headers: [['traceparent', 'W3C Trace Context, when there is one']],
  },
  enriched: { key: PACKAGE_KEY, value: FACTS, headers: ENVELOPE },
  enrichedByFeed: { key: PACKAGE_KEY, value: FACTS, headers: ENVELOPE },
  upstream: {
    key: 'Name of the upstream, topic and partition',
    value: 'The value as it came, byte for byte; empty when it was too large to be kept',
    headers: [
      [
        UPSTREAM_HEADER,
        'JSON: `name` of the upstream, `topic`, `partition`, `offset`, `key` and `headers` as they came (text, or `{"base64"}` where it is no UTF-8), `isTombstone`, `leftOut` (bytes of a value that was not kept)',
      ],
      ['traceparent', 'W3C Trace Context, when the sender told of one'],
    ],
    publishedBy: '`weir dead-letters replay`',
  },
  decisions: {
    key: PACKAGE_KEY,
    value:
      'A CloudEvent 1.0 in structured JSON, of type `dev.weir.decision.recorded.v1`. Its `id` is the id of the stored event, its `data` the stored text of [DecisionRecorded](events.md#decisionrecorded-version-1), byte for byte; `shard` and `position` are its place in the log. Where that is too long for a message, the `reasons` and `output` of every result are empty, and `wholeref` names the whole: `/v1/decisions/{id}`. See [how to consume decisions](../how-to/consume-decisions.md)',
    headers: [
      ['weir-shard', 'Shard of the log that holds the decision, as in the event'],
      [
        'weir-position',
        'Position in that shard, as in the event. A consumer drops repeats by comparing it with the last one it took of the shard',
      ],
      [
        'weir-asks',
        '`nothing` when no policy asks for anything (available, no tags, promotion allowed), else absent: who acts on decisions need not read those about packages that nothing was asked for before',
      ],
      ['content-type', '`application/cloudevents+json`'],
      ['traceparent', 'W3C Trace Context, when there is one'],
    ],
  },
};

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The doc comment of each topic, from the source that declares it. */
const docs = () => {
  const source = readFileSync('libs/contracts/src/topics.ts', 'utf8');
  return Object.fromEntries(
    [...source.matchAll(/\/\*\* ([^\n]+?) \*\/\n {2}(\w+): '/g)].map(([, doc, name]) => [name, doc]),
  );
};

const isForTests = (file) => /\.spec\.|-for-tests\.|\.fixture\.|\/testing\//.test(file);

/** The apps in which a topic is published or read, by the source that says so. */
const appsWith = (pattern) => {
  const files = globSync('apps/*/src/**/*.ts').filter(
    (file) => !isForTests(file) && pattern.test(readFileSync(file, 'utf8')),
  );
  return [...new Set(files.map((file) => file.split('/')[1]))].sort();
};
const publishersOf = (name) => appsWith(new RegExp(`topic: TOPICS\\.${name}\\b`));
const consumersOf = (name) => appsWith(new RegExp(`topics: \\[[^\\]]*TOPICS\\.${name}\\b`));

const required = (name, what, values) => {
  if (values.length === 0)
    throw new Error(`tools/references/topics.js finds no ${what} of TOPICS.${name}: bring it up to date.`);
  return values.map((value) => `\`${value}\``).join(', ');
};

const sectionOf = ([name, topic], doc) => {
  const message = MESSAGES[name];
  if (!message || !doc)
    throw new Error(`tools/references/topics.js does not describe TOPICS.${name}, or it has no doc comment.`);
  const rows = [
    ['Key', message.key],
    ['Value', message.value],
    ['Published by', message.publishedBy ?? required(name, 'publisher', publishersOf(name))],
    ['Read by', required(name, 'consumer', consumersOf(name))],
  ];
  return [
    `## ${topic}`,
    doc,
    ['| | |', '|---|---|', ...rows.map(([what, text]) => `| ${what} | ${cell(text)} |`)].join('\n'),
    [
      '| header | meaning |',
      '|---|---|',
      ...message.headers.map(([header, text]) => `| \`${header}\` | ${cell(text)} |`),
    ].join('\n'),
  ].join('\n\n');
};

/** Field by field, nested objects with a dot. */
const fieldsOf = (schema, path = '') =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.anyOf?.find(({ type }) => type === 'object') ?? field;
    const row = `| \`${path}${name}\` | ${typeOf(field)} | ${cell(field.description ?? '')} |`;
    return inner.properties ? [row, ...fieldsOf(inner, `${path}${name}.`)] : [row];
  });

const typeOf = (field) => {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (field.oneOf) return field.oneOf.map((one) => `\`${one.properties?.kind?.const ?? typeOf(one)}\``).join(', ');
  if (field.anyOf) return field.anyOf.map(typeOf).join(' or ');
  if (Array.isArray(field.type)) return field.type.join(' or ');
  if (field.type === 'array')
    return field.items.properties
      ? `array of objects with ${Object.keys(field.items.properties)
          .map((name) => `\`${name}\``)
          .join(', ')}`
      : `array of ${typeOf(field.items)}`;
  return field.type ?? 'any JSON';
};

const table = (schema) =>
  ['| field | type | meaning |', '|---|---|---|', ...fieldsOf(z.toJSONSchema(schema))].join('\n');

const head = `# Topics

What the services tell one another, from \`libs/contracts\`. Every topic has the same number of partitions (\`PARTITIONS\`); the key chooses one, so the messages of one package stay in order. A message has at most ${MAX_MESSAGE_BYTES} bytes with its key and headers. Delivery is at least once: handling a message twice changes nothing.`;

const deadLetters = () => {
  const rows = [
    [DEAD_LETTER_HEADERS.cause, 'Why no handler could take it: the fault and what caused it'],
    [DEAD_LETTER_HEADERS.topic, 'Topic it came from'],
    [DEAD_LETTER_HEADERS.partition, 'Partition it came from'],
    [DEAD_LETTER_HEADERS.offset, 'Offset it had there'],
    [DEAD_LETTER_HEADERS.at, 'When it was set aside'],
  ];
  return [
    '## Dead letters',
    `A message that a handler cannot take goes to \`${deadLetterTopic('<topic>')}\`, with its own key, value and headers and those below. No service reads it. Messages of [upstream topics](../how-to/connect-a-registry-over-kafka.md) go to \`${deadLetterTopic(TOPICS.upstream)}\`, whatever topic they come from. See [how to replay one](../how-to/replay-a-dead-letter.md).`,
    ['| header | meaning |', '|---|---|', ...rows.map(([header, text]) => `| \`${header}\` | ${text} |`)].join('\n'),
  ].join('\n\n');
};

const retries = () => {
  const rows = [
    [RETRY_HEADERS.topic, 'Topic it came from'],
    [RETRY_HEADERS.partition, 'Partition it came from'],
    [RETRY_HEADERS.offset, 'Offset it had there'],
    [RETRY_HEADERS.due, 'When it is tried again'],
    [RETRY_HEADERS.cause, 'Why it waits: the last fault, or an earlier message of its key'],
  ];
  return [
    '## Messages that wait',
    `A message that faults transiently while others are handled waits in \`${retryTopic('<group>', 1)}\` of its consumer group, after the next fault in \`${retryTopic('<group>', 2)}\`, and so on for each pause of \`RETRY_PAUSES\`. Later messages of its key wait behind it. It keeps its own key, value and headers.`,
    ['| header | meaning |', '|---|---|', ...rows.map(([header, text]) => `| \`${header}\` | ${text} |`)].join('\n'),
  ].join('\n\n');
};

/** Every topic: key, value, headers, who publishes and who reads. Throws when a topic is not described. */
export const references = () => {
  const doc = docs();
  const text = [
    head,
    ...Object.entries(TOPICS).map((topic) => sectionOf(topic, doc[topic[0]])),
    deadLetters(),
    retries(),
    '## An observed package',
    table(packageObservedSchema),
    '## The envelope',
    `Header \`${ENVELOPE_HEADER}\` of both enriched topics.`,
    table(enrichedEnvelopeSchema),
  ].join('\n\n');
  return [{ path: 'docs/reference/topics.md', text: `${text}\n` }];
};
