import type { PackageRef, RepositoryRef } from '../package/package-ref.js';
import type { Cause } from './cause.js';
import type { Confirmation, DecisionRecorded, Judged, Judgement } from './decision.js';
import { AVAILABLE, desiredState, type DesiredState, type PolicyResult, type PolicyTerms } from './desired-state.js';
import { isEmpty, NOTHING_REMEMBERED, remember, type Memory } from './memory.js';
import { isSilent } from './recorded-result.js';

/** Everything a judgement rests on; `decidedAt` is the clock the policies saw. */
export interface RecordJudgement {
  readonly type: 'RecordJudgement';
  readonly packageKey: string;
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly presence: 'present' | 'deleted';
  readonly cause: Cause;
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly policySetDigest: string;
  readonly engineDigest: string;
  /** null when no policy in scope reads when feeds were loaded. */
  readonly freshnessDigest: string | null;
  readonly basis: string;
  /** Names what the results say. */
  readonly said: string;
  readonly terms: readonly PolicyTerms[];
  readonly results: readonly PolicyResult[];
}

/** What comes of judging a package that is due. */
export type Outcome =
  | { readonly kind: 'decided'; readonly event: DecisionRecorded }
  | { readonly kind: 'confirmed'; readonly confirmation: Confirmation };

/**
 * An observation always has its decision. Any other cause has one when the outcome differs from what was said and asked for
 * before; else the judgement is confirmed.
 */
export const recordJudgement = (command: RecordJudgement, state: Judgement): Outcome => {
  const before = state.kind === 'judged' ? state : null;
  const memory = memoryAfter(command, before?.memory ?? NOTHING_REMEMBERED);
  const desired = desiredOf(command, before?.memory ?? NOTHING_REMEMBERED);
  if (before !== null && command.cause.kind !== 'observation' && isSame(command, desired, before)) {
    return { kind: 'confirmed', confirmation: confirmationOf(command, memory) };
  }
  return { kind: 'decided', event: decisionOf(command, desired, memory, before) };
};

const GONE: DesiredState = { ...AVAILABLE, state: 'deleted', promotion: 'blocked' };

const desiredOf = ({ presence, terms, results }: RecordJudgement, memory: Memory): DesiredState =>
  presence === 'deleted' ? GONE : desiredState(terms, results, memory);

/** Who is not there is not asked about, and nothing is forgotten. */
const memoryAfter = ({ presence, terms, results }: RecordJudgement, memory: Memory): Memory =>
  presence === 'deleted' ? memory : remember(memory, terms, results);

/** Versions that did not keep what was said are compared by what was asked for. */
const isSame = ({ presence, said }: RecordJudgement, desired: DesiredState, before: Judged): boolean =>
  presence === before.presence &&
  (before.said === null || before.said === said) &&
  wishesText(desired) === wishesText(before.desired);

/** As comparable text: the members of what was stored may stand in another order. */
const wishesText = ({ state, tags, promotion, because }: DesiredState): string =>
  JSON.stringify([state, tags, promotion, because.map((wish) => [wish.policyId, wish.name, wish.revision, wish.asks])]);

const confirmationOf = ({ packageKey, basis, said }: RecordJudgement, memory: Memory): Confirmation => ({
  packageKey,
  basis,
  said,
  ...(!isEmpty(memory) && { memory }),
});

const decisionOf = (
  command: RecordJudgement,
  desired: DesiredState,
  memory: Memory,
  before: Judged | null,
): DecisionRecorded => {
  const { workspace, repository, presence, cause, decidedAt, factsDigest, policySetDigest, engineDigest, basis, said } =
    command;
  return {
    type: 'DecisionRecorded',
    version: 4,
    data: {
      workspace,
      repository,
      package: command.package,
      presence,
      cause,
      decidedAt,
      factsDigest,
      policySetDigest,
      engineDigest,
      ...(command.freshnessDigest !== null && { freshnessDigest: command.freshnessDigest }),
      basis,
      said,
      results: command.results.filter((result) => !isSilent(result)),
      desired,
      before: before && { state: before.desired.state, tags: before.desired.tags },
      ...(!isEmpty(memory) && { memory }),
    },
  };
};
