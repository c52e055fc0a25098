import { growthMetrics } from './growth-metrics.js';

/** A metric as Prometheus shows it. */
export interface Metric {
  /** With the unit's suffix, as Prometheus wants it. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** UCUM; empty for plain counts. */
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

const LATENCIES = [0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const EVALUATIONS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];

/** Every metric: name, unit, meaning, labels. The reference and the dashboards are made from this. */
export const METRICS = {
  eventsAccepted: {
    name: 'weir_events_accepted_total',
    kind: 'counter',
    unit: '',
    help: 'Package events that ingest made durable',
    labels: [],
  },
  upstreamMessages: {
    name: 'weir_upstream_messages_total',
    kind: 'counter',
    unit: '',
    help: 'Messages of upstream topics, by what became of them: accepted, ignored or refused (a dead letter)',
    labels: ['upstream', 'outcome'],
  },
  messagesPublished: {
    name: 'weir_messages_published_total',
    kind: 'counter',
    unit: '',
    help: 'Messages made durable, by topic',
    labels: ['service', 'topic'],
  },
  messagesHandled: {
    name: 'weir_messages_handled_total',
    kind: 'counter',
    unit: '',
    help: 'Messages handled, by topic',
    labels: ['group', 'topic'],
  },
  batchSize: {
    name: 'weir_batch_messages',
    kind: 'histogram',
    unit: '',
    help: 'Messages in one batch',
    labels: ['group', 'topic'],
    buckets: SIZES,
  },
  batchDuration: {
    name: 'weir_batch_duration_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'Time one batch took, its commit included',
    labels: ['group', 'topic'],
    buckets: LATENCIES,
  },
  batchFaults: {
    name: 'weir_batch_faults_total',
    kind: 'counter',
    unit: '',
    help: 'Batches that failed and are handed over again',
    labels: ['group', 'topic'],
  },
  messagesSetAside: {
    name: 'weir_messages_set_aside_total',
    kind: 'counter',
    unit: '',
    help: 'Times a message that faulted alone was set aside to be tried again later, or waited behind one of its key',
    labels: ['group', 'topic'],
  },
  deadLetters: {
    name: 'weir_dead_letters_total',
    kind: 'counter',
    unit: '',
    help: 'Messages that no handler could take',
    labels: ['group', 'topic'],
  },
  lag: {
    name: 'weir_lag_messages',
    kind: 'gauge',
    unit: '',
    help: 'Messages of a lane that its group has not handled yet; told by the instance that owns the partition',
    labels: ['group', 'topic', 'partition'],
  },
  groupWaiting: {
    name: 'weir_group_waiting_messages',
    kind: 'gauge',
    unit: '',
    help: 'Messages of a lane that its group has not reported as handled, about a second old; told by ingest and evaluation for all groups, so also when nobody of a group runs',
    labels: ['group', 'topic', 'partition'],
  },
  groupPosition: {
    name: 'weir_group_position',
    kind: 'gauge',
    unit: '',
    help: 'The next offset that a group will handle, by its own report; told by ingest and evaluation for all groups',
    labels: ['group', 'topic', 'partition'],
  },
  positionLost: {
    name: 'weir_position_lost',
    kind: 'gauge',
    unit: '',
    help: 'Whether a group stands still at a partition, because its position belongs to another topic or cluster, or what it had not read is gone: 1 or 0. `relay` is what publishes decisions',
    labels: ['group', 'topic', 'partition'],
  },
  newBeginnings: {
    name: 'weir_upstream_new_beginnings_total',
    kind: 'counter',
    unit: '',
    help: 'Times that a partition of an upstream topic was read from its first message, because its position was lost',
    labels: ['group', 'topic', 'loss'],
  },
  workFaults: {
    name: 'weir_work_faults_total',
    kind: 'counter',
    unit: '',
    help: 'Times that work which goes on began again after a fault, by what it is',
    labels: ['work'],
  },
  decisionLatency: {
    name: 'weir_decision_latency_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'From accepting an event to its decision being committed',
    labels: [],
    buckets: LATENCIES,
  },
  decisions: {
    name: 'weir_decisions_total',
    kind: 'counter',
    unit: '',
    help: 'Decisions committed, by what they ask for and why they were made',
    labels: ['workspace', 'outcome', 'cause'],
  },
  stateChanges: {
    name: 'weir_state_changes_total',
    kind: 'counter',
    unit: '',
    help: 'Decisions that moved a package from one desired state to another',
    labels: ['workspace', 'from', 'to', 'cause'],
  },
  judgementsConfirmed: {
    name: 'weir_judgements_confirmed_total',
    kind: 'counter',
    unit: '',
    help: 'Packages that were judged again with the outcome they had',
    labels: ['workspace', 'cause'],
  },
  judgementsPending: {
    name: 'weir_judgements_pending',
    kind: 'gauge',
    unit: '',
    help: 'Packages that are yet to be looked at again, by what changed: policy, engine, freshness or time; every instance of evaluation tells the same',
    labels: ['workspace', 'cause'],
  },
  policySetsDamaged: {
    name: 'weir_policy_sets_damaged',
    kind: 'gauge',
    unit: '',
    help: '1 while all policies of the workspace fail, because their set or its module is missing or damaged in the evidence',
    labels: ['workspace'],
  },
  policyResults: {
    name: 'weir_policy_results_total',
    kind: 'counter',
    unit: '',
    help: 'Answers of policies in committed decisions: match, no_match, undefined or error',
    labels: ['workspace', 'policy', 'result'],
  },
  policyFaults: {
    name: 'weir_policy_faults_total',
    kind: 'counter',
    unit: '',
    help: 'Faults of policies in committed decisions, by code',
    labels: ['workspace', 'policy', 'code'],
  },
  policyEvaluation: {
    name: 'weir_policy_evaluation_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'Time one policy took on one package, without parsing the facts; of a large batch a sample',
    labels: ['policy'],
    buckets: EVALUATIONS,
  },
  appendDuration: {
    name: 'weir_log_append_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'Time one append to the log took, its commit included',
    labels: ['service'],
    buckets: LATENCIES,
  },
  logSize: {
    name: 'weir_log_events',
    kind: 'gauge',
    unit: '',
    help: 'Events in a shard of the log',
    labels: ['shard'],
  },
  logWhole: {
    name: 'weir_log_whole',
    kind: 'gauge',
    unit: '',
    help: 'Whether the last run of weir log verify --record found the log as it was written: 1 or 0; not told before the first',
    labels: [],
  },
  logVerifiedEvents: {
    name: 'weir_log_verified_events',
    kind: 'gauge',
    unit: '',
    help: 'Events that the last run of weir log verify --record went through',
    labels: [],
  },
  logVerifiedAt: {
    name: 'weir_log_verified_timestamp_seconds',
    kind: 'gauge',
    unit: 's',
    help: 'When weir log verify --record ended last, in seconds since 1970',
    labels: [],
  },
  unknownEvents: {
    name: 'weir_unknown_events',
    kind: 'gauge',
    unit: '',
    help: 'Shards of the log where a service stands still, because a newer Weir wrote an event there that it does not know; GET /ready names it',
    labels: ['service'],
  },
  quarantinesOpen: {
    name: 'weir_quarantines_open',
    kind: 'gauge',
    unit: '',
    help: 'Packages whose desired state is quarantined',
    labels: ['workspace'],
  },
  packages: {
    name: 'weir_packages',
    kind: 'gauge',
    unit: '',
    help: 'Packages judged, by desired state',
    labels: ['workspace', 'state'],
  },
  feedLoaded: {
    name: 'weir_feed_loaded',
    kind: 'gauge',
    unit: '',
    help: 'Whether a feed was ever loaded: 1 or 0',
    labels: ['feed'],
  },
  feedLoadedAge: {
    name: 'weir_feed_loaded_age_seconds',
    kind: 'gauge',
    unit: 's',
    help: 'Time since a feed was last loaded or found unchanged; osv: of its ecosystems the one that was loaded longest ago',
    labels: ['feed'],
  },
  feedDataAge: {
    name: 'weir_feed_data_age_seconds',
    kind: 'gauge',
    unit: 's',
    help: 'Time since the date that the feed itself states',
    labels: ['feed'],
  },
  feedRecords: {
    name: 'weir_feed_records',
    kind: 'gauge',
    unit: '',
    help: 'Records of the last load of a feed',
    labels: ['feed'],
  },
  feedHeldBack: {
    name: 'weir_feed_held_back',
    kind: 'gauge',
    unit: '',
    help: 'Whether the newest file of a feed is held back, because it takes away more than its feed ever does: 1 or 0',
    labels: ['feed'],
  },
  feedAwaited: {
    name: 'weir_feed_awaited_entries',
    kind: 'gauge',
    unit: '',
    help: 'Known entries that the newest file of a feed leaves out or lowers, and that are in force until a second day says so',
    labels: ['feed'],
  },
  reassessmentsPending: {
    name: 'weir_reassessments_pending',
    kind: 'gauge',
    unit: '',
    help: 'Packages that a feed changed and that are not looked at again yet',
    labels: [],
  },
  reassessments: {
    name: 'weir_reassessments_total',
    kind: 'counter',
    unit: '',
    help: 'Packages looked at again after a feed changed, by whether anything new is known',
    labels: ['result'],
  },
  effectsOpen: {
    name: 'weir_effects',
    kind: 'gauge',
    unit: '',
    help: 'Effects that wait for an endpoint (pending) or were given up (failed)',
    labels: ['status'],
  },
  effectsRequested: {
    name: 'weir_effects_requested_total',
    kind: 'counter',
    unit: '',
    help: 'Effects asked for, by kind',
    labels: ['kind'],
  },
  deliveryAttempts: {
    name: 'weir_webhook_failed_attempts',
    kind: 'gauge',
    unit: '',
    help: 'Of what waits for an endpoint, the most failed attempts of one delivery; 0 when nothing waits or nothing failed',
    labels: ['endpoint'],
  },
  deliveries: {
    name: 'weir_webhook_attempts_total',
    kind: 'counter',
    unit: '',
    help: 'Attempts to tell an endpoint, by outcome: taken, failed or rejected',
    labels: ['endpoint', 'outcome'],
  },
  deliveryDuration: {
    name: 'weir_webhook_duration_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'Time one attempt to tell an endpoint took',
    labels: ['endpoint'],
    buckets: LATENCIES,
  },
  requests: {
    name: 'weir_http_request_duration_seconds',
    kind: 'histogram',
    unit: 's',
    help: 'Time a request took, by route and status',
    labels: ['service', 'method', 'route', 'status'],
    buckets: LATENCIES,
  },
  buildInfo: {
    name: 'weir_build_info',
    kind: 'gauge',
    unit: '',
    help: 'Always 1: which services a process is, and of which version',
    labels: ['service', 'version'],
  },
  diskFree: {
    name: 'weir_disk_free_bytes',
    kind: 'gauge',
    unit: 'By',
    help: 'Bytes that may still be written where `weir up` keeps its data folder',
    labels: [],
  },
  diskSize: {
    name: 'weir_disk_size_bytes',
    kind: 'gauge',
    unit: 'By',
    help: 'Bytes of the disk where `weir up` keeps its data folder',
    labels: [],
  },
  ...growthMetrics,
  processMemory: {
    name: 'weir_process_memory_bytes',
    kind: 'gauge',
    unit: 'By',
    help: 'Resident memory of the process',
    labels: [],
  },
  processCpu: {
    name: 'weir_process_cpu_seconds_total',
    kind: 'counter',
    unit: 's',
    help: 'CPU time the process used',
    labels: [],
  },
  eventLoopDelay: {
    name: 'weir_event_loop_delay_seconds',
    kind: 'gauge',
    unit: 's',
    help: '99th percentile of the delay of the event loop since the last scrape',
    labels: [],
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricKey = keyof typeof METRICS;

type KeysOf<Kind extends Metric['kind']> = {
  [Key in MetricKey]: (typeof METRICS)[Key]['kind'] extends Kind ? Key : never;
}[MetricKey];
export type CounterKey = KeysOf<'counter'>;
export type GaugeKey = KeysOf<'gauge'>;
export type HistogramKey = KeysOf<'histogram'>;

/** Exactly the labels that the metric declares. */
export type LabelsOf<Key extends MetricKey> = { readonly [Label in (typeof METRICS)[Key]['labels'][number]]: string };
