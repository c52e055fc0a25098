export { MAX_PACKAGE_KEY_BYTES, packageKey, spelledBefore } from './package/package-key.js';
export type { PackageRef, RepositoryRef } from './package/package-ref.js';
export type { Cause, Observation } from './decision/cause.js';
export {
  AVAILABLE,
  desiredState,
  type DesiredState,
  type OnError,
  type PackageState,
  type PolicyAction,
  type PolicyResult,
  type PolicyTerms,
} from './decision/desired-state.js';
export {
  confirmed,
  evolveJudgement,
  unjudged,
  type Confirmation,
  type ConfirmedBy,
  type ConfirmedPackage,
  type DecisionRecorded,
  type Judged,
  type Judgement,
  type JudgementEvent,
  type JudgementsConfirmed,
} from './decision/decision.js';
export { isDue, type Held } from './decision/is-due.js';
export { NOTHING_REMEMBERED, remember, type Memory, type Remembered } from './decision/memory.js';
export { recordJudgement, type Outcome, type RecordJudgement } from './decision/record-judgement.js';
export { isSilent, type RecordedResult } from './decision/recorded-result.js';
export { LONGEST_RETRY, retryPause, SAME_AGAIN } from './decision/retry-pause.js';
export {
  believedDate,
  evolveFreshness,
  NEVER_LOADED,
  type CoveredEcosystem,
  type FeedAccepted,
  type FeedEvent,
  type FeedFreshness,
  type FeedHeldBack,
  type FeedLoaded,
  type FeedName,
  type FeedReplaced,
  type SourceFreshness,
} from './feed/feed-loaded.js';
export { holdBack, type FileEffect, type HeldBack, type WholeStateFeed } from './feed/hold-back.js';
export { isInScope, type PolicyScope } from './policy/policy-scope.js';
export {
  emptyPolicyBook,
  evolvePolicyBook,
  type Policy,
  type PolicyActivated,
  type PolicyBook,
  type PolicyDeactivated,
  type PolicyEvent,
  type PolicyRetired,
  type PolicyRevised,
  type PolicyRevision,
} from './policy/policy-book.js';
export { changePolicy, nameSets, SET_TO_COME, type PolicyCommand, type Refusal } from './policy/change-policy.js';
export { changeKey, type KeyCommand, type KeyRefusal } from './key/change-key.js';
export {
  emptyKeyBook,
  endOf,
  evolveKeyBook,
  isInForce,
  type Key,
  type KeyBook,
  type KeyCreated,
  type KeyEvent,
  type KeyRevoked,
  type KeyRotated,
} from './key/key-book.js';
export { PERMISSIONS, type Permission } from './key/permission.js';
export { ANYONE, askedBy, type AskedBy, type Principal } from './key/principal.js';
export { nameKey } from './policy/name-key.js';
export type {
  EffectAbandoned,
  EffectAttemptFailed,
  EffectChange,
  EffectDelivered,
  EffectEvent,
  EffectKind,
  EffectRequested,
  EffectSuperseded,
} from './effect/effect.js';
export {
  deliveriesOf,
  evolvePackageEffects,
  untouchedPackage,
  type EffectedLevel,
  type OpenDelivery,
  type PackageEffects,
} from './effect/package-effects.js';
export { recordAttempt, type AttemptOutcome, type RecordAttempt } from './effect/record-attempt.js';
export { requestEffect, type RequestEffect, type Subscriber } from './effect/request-effect.js';
export { retryDelay, type FailedAttempt, type RetrySchedule } from './effect/retry-schedule.js';
export {
  abandonDelivery,
  supersedeDelivery,
  type AbandonDelivery,
  type SupersedeDelivery,
} from './effect/supersede-delivery.js';
export { askingPolicies, reasonsInWords, type Asking, type Explained } from './decision/reasons.js';
export { inOrderOfApplication, type Ordered } from './policy/order-of-application.js';
export type { AdoptedPartition, TopicAdopted } from './topic/topic-adopted.js';
export { eventCatalog, type LogEvent } from './events/event-catalog.js';
export {
  DECISION_SHARDS,
  DECISIONS_AND_EFFECTS,
  decisionShard,
  EFFECTS,
  EFFECT_SHARDS,
  effectShard,
  FEED_SHARD,
  isDecisionShard,
  JUDGEMENTS_AND_CONDITIONS,
  KEY_SHARD,
  partitionOfShard,
  POLICY_SHARD,
  TOPIC_SHARD,
} from './log/shard-names.js';
