export { askPolicies, NO_ANSWERS, type AskOptions, type Answers, type Engine, type Question } from './ask-policies.js';
export { activePolicies, type ActiveRevision } from './compose/active-policies.js';
export {
  basisOf,
  basisUnder,
  conditionsDigest,
  freshnessRead,
  type Conditions,
  type FreshnessRead,
  type Rested,
} from './basis.js';
export { canonicalDocument, type NamedDocument } from './compose/canonical-document.js';
export {
  composeFromParts,
  emptyPolicySet,
  partsOfModule,
  partsOfSet,
  slotOf,
  type ModuleParts,
  type Place,
} from './compose/compose-policy-set.js';
export { changedPaths } from './changed-paths.js';
export { inputOf } from './input-of.js';
export { loadPolicySet, readPolicySet, type ReadEvidence } from './load-policy-set.js';
export { policiesInScope, type NamedPolicySet, type PoliciesInScope, type Missing } from './policies-in-scope.js';
export { openReplay, type Replay, type Replayed, type ReplayPorts } from './replay/open-replay.js';
export { judgementsOf, type RecordedJudgement } from './replay/recorded-judgement.js';
export type { LoggedEvent } from './replay/recorded-judgement.js';
export { saidOf } from './said-of.js';
