/** Every span name, so that dashboards and code cannot drift apart. */
export const SPANS = {
  /** One message of an upstream topic, from reading it to its events being durable. */
  receive: 'weir.ingest.receive',
  /** A step of whoever sends: the messages are durable when it ends. */
  publish: 'weir.topics.publish',
  /** A batch of messages of several traces; it links to each. */
  handleBatch: 'weir.topics.handle',
  enrich: 'weir.enrichment.enrich',
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
  act: 'weir.action.act',
  decideEffects: 'weir.action.decide',
  sendWebhook: 'weir.action.send_webhook',
} as const;

export type SpanName = (typeof SPANS)[keyof typeof SPANS];

/** The name of a request's span, by OpenTelemetry's HTTP conventions. */
export const requestSpanName = (method: string, route: string): string => `${method} ${route}`;

/** Every attribute name of spans and log lines. Those without `weir` are of OpenTelemetry's semantic conventions. */
export const ATTRIBUTES = {
  workspace: 'weir.workspace',
  packageKey: 'weir.package.key',
  purl: 'weir.package.purl',
  topic: 'weir.topic',
  upstream: 'weir.upstream',
  partition: 'weir.partition',
  offset: 'weir.offset',
  group: 'weir.group',
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
