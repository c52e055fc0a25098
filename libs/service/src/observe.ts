// The entry `@weir/service/observe`: what of a service is seen from outside, for libraries that know no framework.
export {
  ATTRIBUTES,
  SERVICES,
  SPANS,
  type MessagingOperation,
  type MessagingSpanName,
  type SpanName,
} from './names.js';
export { currentTraceparent, traceparentOf, withTraceContext } from './tracing/trace-context.js';
export {
  errorTypeOf,
  failSpan,
  inSpan,
  noteOnSpan,
  step,
  type SpanOptions,
  type StepOptions,
} from './tracing/in-span.js';
export { linkToOrigin, traceBatch, type BatchOptions } from './tracing/trace-batch.js';
export { isTracing } from './tracing/tracers.js';
export type { Metric } from './metrics/metric.js';
export { METRICS, type LabelsOf, type MetricKey } from './metrics/metric-names.js';
export { atMostEvery, count, countFault, observe, record, scrape } from './metrics/metrics.js';
export type { Observation, Observe } from './metrics/observations.js';
export { deletedByTime } from './retention/delete-by-time.js';
export { deleteOld, keepRetention, type Kept, type Retained, type Retention } from './retention/keep-retention.js';
export { observeTables } from './retention/observe-tables.js';
export { retentionDays } from './retention/retention-days.js';
