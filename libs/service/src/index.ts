export { createLogger, logLevelSchema } from './logger.js';
export { ConfigurationFault, readConfiguration } from './configuration.js';
export { configurationReference } from './configuration-reference.js';
export {
  composeService,
  startConsuming,
  type ComposeOptions,
  type Composed,
  type ProcessPorts,
} from './compose-service.js';
export { createService, DEFAULT_BODY_LIMIT, type ServiceOptions } from './create-service.js';
export { collectLessOften } from './collect-less-often.js';
export { createGiveWay, type GiveWay } from './give-way.js';
export { isTooLong, LIST_CONNECTIONS, listsOf, openLists, type Lists, type ListsOptions } from './lists/open-lists.js';
export { guestOf, limitGuests, type GuestLimits, type GuestRequest, type LetIn, type Turned } from './limit-guests.js';
export { createTurns, type TakeTurns } from './take-turns.js';
export { runService, type ServiceStart } from './run-service.js';
export { endByFaults } from './end-by-faults.js';
export { startLine } from './start/start-line.js';
export { untilAble } from './start/until-able.js';
export { tellUnknownVariables } from './start/tell-unknown-variables.js';
export { runUntilSignal, type Closeable } from './run-until-signal.js';
export { ReadinessChecks, type ReadinessCheck, type ReadinessReport } from './health/readiness-checks.js';
export { ProblemError, type ProblemDocument } from './http/problem-error.js';
export { isOf, keptToWorkspace, mustBeOf, mustHave, outsideOf } from './keys/asked-workspaces.js';
export { Asking } from './keys/asking.js';
export { guardedRoutes, isStillLetIn, principalOf, type GuardedRoute } from './keys/guard-routes.js';
export { environmentKeys, type KeyRing } from './keys/key-ring.js';
export { followKeys, type FollowedKeys, type KeyLog } from './keys/follow-keys.js';
export { makeKeyText, readKeyText, type KeyText } from './keys/key-text.js';
export { keyUseIn, noKeyUse, readKeyUse } from './keys/key-use.js';
export { keyMigrations } from './keys/migrations/key-migrations.js';
export { keyFields } from './keys/key-fields.js';
export { needNothing } from './keys/need-nothing.js';
export { openKeys, type KeyStore } from './keys/open-keys.js';
export { NEEDS_NOTHING, Needs, PERMISSION_EXTENSION, WITHIN_WORKSPACES } from './keys/rule.js';
export { parameterProblem, problem } from './http/problem.js';
export { describeIssue, pointerOf, type SchemaIssue } from './http/describe-issue.js';
export { PROBLEM_KINDS, problemType, type ProblemKind } from './http/problem-kinds.js';
export { changedNumberIn, type ChangedNumber } from './http/refuse-changed-numbers.js';
export { openPages, type PagePolicy } from './http/close-to-pages.js';
export { DEFAULT_HTTP, httpFields, httpSettingsOf, type HttpSettings } from './http/http-settings.js';
export { CLOSED_TO_PAGES } from './http/page-headers.js';
export { MAX_JSON_NESTING, parseJson } from './http/parse-json.js';
export { isPublicAddress } from './outgoing/public-address.js';
export { publicAddressesOnly, type PublicAddressesOnly } from './outgoing/public-addresses-only.js';
export { ATTRIBUTES, SERVICES, SPANS, type SpanName } from './names.js';
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
export { startTracing, type Tracing } from './tracing/start-tracing.js';
export { isTracing } from './tracing/tracers.js';
export type { ServiceOfRoute } from './tracing/trace-requests.js';
export type { Metric } from './metrics/metric.js';
export { METRICS, type LabelsOf, type MetricKey } from './metrics/metric-names.js';
export { atMostEvery, count, countFault, observe, record, scrape } from './metrics/metrics.js';
export { observeBuild } from './metrics/observe-build.js';
export { observeUnknownEvents } from './metrics/observe-unknown-events.js';
export type { Observation, Observe } from './metrics/observations.js';
export { deletedByTime, type ByTime } from './retention/delete-by-time.js';
export {
  deleteOld,
  keepRetention,
  type Kept,
  type Retained,
  type Retention,
  type RetentionPorts,
} from './retention/keep-retention.js';
export { observeTables } from './retention/observe-tables.js';
export { keptSince, retentionDays } from './retention/retention-days.js';
