import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { z } from 'zod';
import {
  ASKS_FOR_NOTHING,
  CLOUD_EVENT_CONTENT_TYPE,
  DECISION_HEADERS,
  ENVELOPE_HEADER,
  TOPICS,
  decisionEventSchema,
  enrichedEnvelopeSchema,
  packageEventData,
  packageEventSchema,
  packageObservedSchema,
} from '../../libs/contracts/dist/index.js';
import { UPSTREAM_HEADER } from '../../libs/messaging/dist/index.js';

const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
const frozen = (name) => JSON.parse(readFileSync(`libs/contracts/src/messages/${name}.json`, 'utf8'));

/** What a reader must accept: fields that are not named may be there. */
const schemaOf = (schema) => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return json;
};

const text = (description) => ({ type: 'string', description });
const traceparent = text('W3C Trace Context, when there is one');
const keyed = (description) => ({ kafka: { key: text(description), bindingVersion: '0.5.0' } });
const PACKAGE_KEY = 'The package key, workspace/repository/purl: the messages of one package stay in order';
const ref = (path) => ({ $ref: `#/${path}` });
const INTERNAL = {
  tags: [{ name: 'internal', description: 'Between the services of one installation; may change with any version' }],
  'x-internal': true,
};
const PUBLIC = {
  tags: [{ name: 'public', description: 'For others; changes come as a new version beside the old one' }],
};

const exampleOf = (name, file) => {
  const { headers, value } = frozen(file);
  return { name, headers, payload: value };
};

const decisionRecorded = () => ({
  name: 'DecisionRecorded',
  title: 'A decision was recorded',
  summary:
    'One judgement of one package. Delivery is at least once; a repeat is at or below the last position taken of its shard',
  contentType: CLOUD_EVENT_CONTENT_TYPE,
  headers: {
    type: 'object',
    required: ['content-type', DECISION_HEADERS.shard, DECISION_HEADERS.position],
    properties: {
      'content-type': { type: 'string', const: CLOUD_EVENT_CONTENT_TYPE },
      [DECISION_HEADERS.shard]: text('Shard of the log, as in the event'),
      [DECISION_HEADERS.position]: text('Position in the shard, as in the event'),
      [DECISION_HEADERS.asks]: {
        type: 'string',
        const: ASKS_FOR_NOTHING,
        description:
          'There when no policy asks for anything: the package is available, has no tags, and may be promoted',
      },
      traceparent,
    },
  },
  payload: ref('components/schemas/DecisionRecorded'),
  bindings: keyed(PACKAGE_KEY),
  examples: [exampleOf('whole', 'decisions.recorded.v1'), exampleOf('shortened', 'decisions.recorded.v1.shortened')],
});

const names = {
  'dev.weir.package.published.v1': 'PackagePublished',
  'dev.weir.package.copied.v1': 'PackageCopied',
  'dev.weir.package.deleted.v1': 'PackageDeleted',
  'dev.weir.package.downloaded.v1': 'PackageDownloaded',
};

const packageEvent = (type) => {
  const whole = packageEventSchema.extend({ type: z.literal(type), data: packageEventData[type] });
  const example = {
    specversion: '1.0',
    id: 'event-1',
    source: '/registries/example',
    type,
    time: '2026-11-22T06:00:00Z',
    data: { repository: { name: 'npm-production' }, purl: 'pkg:npm/lodash@4.17.20' },
  };
  return {
    name: names[type],
    title: type,
    summary:
      'Read in both modes of the CloudEvents binding for Kafka: structured as here, or binary with the attributes as headers ce_id, ce_source, ce_type and so on and the data as value',
    contentType: CLOUD_EVENT_CONTENT_TYPE,
    payload: schemaOf(whole),
    bindings: keyed('Any: order is kept within a partition of the upstream topic'),
    examples: [{ name: 'least', headers: { 'content-type': CLOUD_EVENT_CONTENT_TYPE }, payload: example }],
  };
};

const upstreamMessage = () => ({
  name: 'UpstreamMessage',
  title: 'A message of an upstream topic as it came, sent again after it was a dead letter',
  contentType: 'application/octet-stream',
  headers: {
    type: 'object',
    required: [UPSTREAM_HEADER],
    properties: { [UPSTREAM_HEADER]: text('JSON: where it comes from, its key and its headers'), traceparent },
  },
  payload: { description: 'The value, byte for byte' },
  bindings: keyed('Name of the upstream, topic and partition'),
});

const observed = () => ({
  name: 'PackageObserved',
  title: 'A registry reported something and ingest accepted it',
  contentType: 'application/json',
  headers: { type: 'object', properties: { traceparent } },
  payload: ref('components/schemas/PackageObserved'),
  bindings: keyed(PACKAGE_KEY),
  examples: [exampleOf('published', 'packages.observed.v1')],
});

const enriched = (title) => ({
  name: 'FactsRecorded',
  title,
  contentType: 'application/json',
  headers: {
    type: 'object',
    required: [ENVELOPE_HEADER],
    properties: { [ENVELOPE_HEADER]: text('JSON: components/schemas/EnrichedEnvelope'), traceparent },
  },
  payload: {
    type: 'object',
    description:
      'The facts, byte for byte what factsDigest names; empty when they are larger than a message may be. Both members have schemas of their own beside this file: input.v0.schema.json and input.v1.schema.json',
    properties: { v0: { type: 'object' }, v1: { type: 'object' } },
  },
  bindings: keyed(PACKAGE_KEY),
});

const topic = (address, messages, more) => ({
  address,
  messages: Object.fromEntries(messages.map((name) => [name, ref(`components/messages/${name}`)])),
  ...more,
  ...(address === null ? {} : { bindings: { kafka: { topic: address, bindingVersion: '0.5.0' } } }),
});

const channels = () => ({
  decisions: topic(TOPICS.decisions, ['DecisionRecorded'], {
    title: 'Decisions',
    description: 'Every decision of an installation, relayed from its log.',
    ...PUBLIC,
  }),
  upstream: topic(null, Object.values(names), {
    title: 'Upstream events',
    description:
      "Topics of registries, named in ingest's UPSTREAM_FILE. Messages of another shape are read there by a mapping.",
    ...PUBLIC,
  }),
  replayed: topic(TOPICS.upstream, ['UpstreamMessage'], {
    title: 'Messages of upstream topics that are read anew',
    ...INTERNAL,
  }),
  observed: topic(TOPICS.observed, ['PackageObserved'], { title: 'Observed packages', ...INTERNAL }),
  enriched: topic(TOPICS.enriched, ['FactsRecorded'], { title: 'Facts, the live lane', ...INTERNAL }),
  enrichedByFeed: topic(TOPICS.enrichedByFeed, ['FactsRecordedByFeed'], {
    title: 'Facts, the lane of feeds',
    ...INTERNAL,
  }),
});

const operations = () => ({
  sendDecisions: {
    action: 'send',
    channel: ref('channels/decisions'),
    summary: 'Weir tells what was decided',
    ...PUBLIC,
  },
  receivePackageEvents: {
    action: 'receive',
    channel: ref('channels/upstream'),
    summary: 'Weir reads what registries publish',
    ...PUBLIC,
  },
});

const document = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Weir',
    version,
    description:
      'What Weir tells others and reads from others on Kafka, made from libs/contracts. CloudEvents 1.0; messages have at most 256 KiB with key and headers.',
    license: { name: license, url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  defaultContentType: 'application/json',
  servers: {
    kafka: {
      host: 'kafka.example:9092',
      protocol: 'kafka',
      description: 'The brokers of KAFKA_BROKERS; those of upstream topics are named in UPSTREAM_FILE',
    },
  },
  channels: channels(),
  operations: operations(),
  components: {
    messages: {
      DecisionRecorded: decisionRecorded(),
      ...Object.fromEntries(Object.entries(names).map(([type, name]) => [name, packageEvent(type)])),
      UpstreamMessage: upstreamMessage(),
      PackageObserved: observed(),
      FactsRecorded: enriched('Facts about a package that was just observed'),
      FactsRecordedByFeed: enriched('Facts that changed because a feed changed'),
    },
    schemas: {
      DecisionRecorded: schemaOf(decisionEventSchema),
      PackageObserved: schemaOf(packageObservedSchema),
      EnrichedEnvelope: schemaOf(enrichedEnvelopeSchema),
    },
  },
});

/** The topics for those outside, as AsyncAPI 3.0. Throws when an event type has no name here. */
export const references = () => {
  const nameless = Object.keys(packageEventData).find((type) => !Object.hasOwn(names, type));
  if (nameless) throw new Error(`tools/references/asyncapi.js has no name for ${nameless}.`);
  const head = '# Made from libs/contracts by npm run references. Do not edit.\n';
  return [
    {
      path: 'docs/reference/asyncapi.yaml',
      text: head + stringify(document(), { lineWidth: 0, aliasDuplicateObjects: false }),
    },
  ];
};
