export { READERS, TOPICS, deadLetterTopic, retryTopic, MAX_MESSAGE_BYTES, type Topic } from './topics.js';
export { bytesAtMost } from './bytes-at-most.js';
export {
  environmentSchema,
  packageEventData,
  packageEventSchema,
  packageEventTypes,
  packageMetadataSchema,
  repositorySchema,
  type PackageEvent,
  type PackageEventType,
  type PackageMetadata,
} from './package-event.js';
export {
  observationSchema,
  packageObservedSchema,
  packageRefSchema,
  repositoryRefSchema,
  type Observation,
  type PackageObserved,
  type PackageRef,
  type RepositoryRef,
} from './observed.js';
export { causeSchema, ENVELOPE_HEADER, enrichedEnvelopeSchema, type Cause, type EnrichedEnvelope } from './enriched.js';
export {
  CLOUD_EVENT_CONTENT_TYPE,
  DECISION_EVENT_TYPE,
  ASKS_FOR_NOTHING,
  DECISION_HEADERS,
  decisionDataSchema,
  decisionEventSchema,
} from './decision-event.js';
export type { Problem } from './problem.js';
export {
  onErrorSchema,
  policyActionSchema,
  policyDraftSchema,
  policyScopeSchema,
  type OnError,
  type PolicyAction,
  type PolicyDraft,
  type PolicyScope,
} from './policy-http.js';
export { visibleName } from './visible-name.js';
export { policySetSchema, type ActivePolicy, type PolicySet } from './policy-set.js';
export { factsSchema, type Facts } from './facts/facts.js';
export { inputJsonSchemas } from './facts/input-json-schemas.js';
export { inputV0Schema, type InputV0 } from './facts/input-v0.js';
export { freshnessSchema, inputV1Schema, type Freshness, type InputV1 } from './facts/input-v1.js';
export { severitySchema, type Severity } from './facts/severity.js';
export { MAX_PURL_LENGTH, parsePackageUrl, type PackageName } from './purl/parse-package-url.js';
export { pep503Name } from './purl/spell-purl.js';
export { identifyingQualifiers } from './purl/package-identity.js';
export {
  CLOUDSMITH_FORMATS,
  currentFormat,
  formatInRepository,
  formatsLike,
  formatsMeant,
  formatsOfType,
  mayCarry,
  packageFormat,
  repositoryFormat,
} from './purl/package-format.js';
export { ECOSYSTEMS, ecosystemOf, type Ecosystem } from './purl/advisory-ecosystem.js';
export { PURL_TYPES } from './purl/purl-types.js';
export {
  askedBySchema,
  byField,
  createKeySchema,
  KEY_PERMISSIONS,
  keyListSchema,
  keySchema,
  keyWithTextSchema,
  principalSchema,
  rotateKeySchema,
  type AskedByView,
  type CreateKeyBody,
  type KeyPermission,
  type KeyView,
  type KeyWithText,
  type PrincipalView,
  type RotateKeyBody,
} from './http/key-views.js';
export { ROUTES, serviceOfRoute, type Route } from './http/routes.js';
export { checkPolicySchema, checkReportSchema, findingSchema, type Finding } from './http/finding.js';
export {
  activatePolicySchema,
  createPolicySchema,
  policyContentFields,
  revisePolicySchema,
  type CreatePolicy,
  type PolicyContent,
  type RevisePolicyBody,
} from './http/save-policy.js';
export {
  changedPolicySchema,
  listPoliciesQuerySchema,
  policyLibraryViewSchema,
  policyListSchema,
  policyRevisionViewSchema,
  policySummarySchema,
  policyTemplateSchema,
  policyViewSchema,
  savedPolicySchema,
  type PolicyRevisionView,
  type PolicySummary,
  type PolicyTemplateView,
  type PolicyView,
  type SavedPolicy,
  type ChangedPolicy,
  type ListPoliciesQuery,
} from './http/policy-views.js';
export {
  FEED_KINDS,
  feedsSchema,
  type EcosystemView,
  type FeedKind,
  type FeedsView,
  type FeedView,
  type HeldBackFile,
} from './http/feed-views.js';
export {
  judgingProgressQuerySchema,
  judgingProgressSchema,
  type JudgingProgress,
  type JudgingProgressQuery,
} from './http/judging-progress.js';
export {
  changePoliciesSchema,
  policiesChangedSchema,
  type ChangePolicies,
  type PoliciesChanged,
  type PolicyChangeBody,
} from './http/policy-changes.js';
export {
  decisionPageSchema,
  decisionSummarySchema,
  listDecisionsQuerySchema,
  packageDecisionsQuerySchema,
  packageStateSchema,
  storedDecisionSchema,
  streamQuerySchema,
  type DecisionPage,
  type DecisionSummary,
  type ListDecisionsQuery,
  type PackageDecisionsQuery,
  type StoredDecision,
  type StreamQuery,
} from './http/decision-views.js';
export {
  listPackagesQuerySchema,
  packageDetailSchema,
  packageEffectSchema,
  packagePageSchema,
  packageQuerySchema,
  packageReasonSchema,
  packageSummarySchema,
  type ListPackagesQuery,
  type PackageDetail,
  type UnreadPart,
  type PackageEffect,
  type PackagePage,
  type PackageQuery,
  type PackageSummary,
} from './http/package-views.js';
export { verdictQuerySchema, verdictSchema, type Verdict, type VerdictQuery } from './http/verdict.js';
export {
  unjudgedPackageSchema,
  unjudgedPageSchema,
  unjudgedQuerySchema,
  type UnjudgedPackage,
  type UnjudgedPage,
  type UnjudgedQuery,
} from './http/unjudged.js';
export { summaryQuerySchema, summarySchema, type Summary, type SummaryQuery } from './http/summary.js';
export { strictObject } from './http/strict-object.js';
export { comparedText, nextCursorSchema, pageQuery, queryInstant } from './http/page-query.js';
