/**
 * The names of our own steps, so that dashboards and code cannot drift apart. Requests, messages and statements have
 * names by OpenTelemetry's semantic conventions.
 */
export const SPANS = {
  /** A batch of several, not messages, each of which has a span of its own; it links to each. */
  handleBatch: 'weir.batch',
  matchAdvisories: 'weir.enrichment.match',
  buildFacts: 'weir.enrichment.build_facts',
  recordFacts: 'weir.enrichment.record',
  loadFeed: 'weir.enrichment.load_feed',
  reassess: 'weir.enrichment.reassess',
  evaluate: 'weir.evaluation.evaluate',
  askPolicies: 'weir.evaluation.ask',
  sweep: 'weir.evaluation.sweep',
  lookAhead: 'weir.evaluation.look_ahead',
  relay: 'weir.evaluation.relay',
  append: 'weir.log.append',
  decideEffects: 'weir.action.decide',
  /** The client's span of a request whose address stands for no route. */
  post: 'POST',
} as const;

export type SpanName = (typeof SPANS)[keyof typeof SPANS] | MessagingSpanName;

/** By OpenTelemetry's messaging conventions: the operation and the destination. */
export type MessagingSpanName = `${MessagingOperation} ${string}`;
export type MessagingOperation = 'send' | 'process';

/** The name of a request's span, by OpenTelemetry's HTTP conventions. */
export const requestSpanName = (method: string, route: string): string => `${method} ${route}`;

/** Every attribute name of spans and log lines. Those without `weir` are of OpenTelemetry's semantic conventions. */
export const ATTRIBUTES = {
  workspace: 'weir.workspace',
  packageKey: 'weir.package.key',
  purl: 'weir.package.purl',
  upstream: 'weir.upstream',
  shard: 'weir.shard',
  messages: 'weir.messages',
  events: 'weir.events',
  policySetDigest: 'weir.policy_set.digest',
  feed: 'weir.feed',
  endpoint: 'weir.endpoint',
  effectId: 'weir.effect.id',
  outcome: 'weir.outcome',
  /** Trace of what caused a judgement anew; also a link, which not every back end shows. */
  causeTrace: 'weir.cause.trace_id',
  /** Trace of the event that first brought the package; also a link. */
  originTrace: 'weir.origin.trace_id',
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  scheme: 'url.scheme',
  path: 'url.path',
  url: 'url.full',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  topic: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  offset: 'messaging.kafka.offset',
  batchMessages: 'messaging.batch.message_count',
  databaseSystem: 'db.system.name',
  database: 'db.namespace',
  statement: 'db.query.text',
  statementSummary: 'db.query.summary',
  databaseStatus: 'db.response.status_code',
} as const;

/** The applications as traces and metrics name them (`service.name`), also when one process runs them all. */
export const SERVICES = {
  ingest: 'ingest',
  enrichment: 'enrichment',
  evaluation: 'evaluation',
  action: 'action',
  api: 'api',
} as const;

/** Fields of a log line that name its trace. */
export const LOG_FIELDS = { traceId: 'trace_id', spanId: 'span_id' } as const;
