import type {
  ConfirmedPackage,
  DecisionRecorded,
  DesiredState,
  JudgementsConfirmed,
  Memory,
  PolicyResult,
  RepositoryRef,
} from '@weir/domain';
import { NOTHING_REMEMBERED } from '@weir/domain';
import { saidOf } from '../said-of.js';

/** An event of the log in its newest version. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

/** What the log says of one judgement of one package: what it rests on, and what came of it. */
export interface RecordedJudgement {
  /** Id of the event. */
  readonly event: string;
  readonly packageKey: string;
  readonly repository: RepositoryRef;
  readonly presence: 'present' | 'deleted';
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly policySetDigest: string;
  readonly engineDigest: string;
  readonly freshnessDigest: string | null;
  readonly said: string;
  /** Those that said something; null of a confirmation, which names them by `said`. */
  readonly results: readonly PolicyResult[] | null;
  /** null of a confirmation: as it was. */
  readonly desired: DesiredState | null;
  /** As it is afterwards. */
  readonly memory: Memory;
}

/** The judgements that an event records; none of an event that records something else. */
export const judgementsOf = ({ id, type, subject, data }: LoggedEvent): readonly RecordedJudgement[] => {
  if (type === 'DecisionRecorded') return [ofDecision(id, subject, data as DecisionRecorded['data'])];
  if (type !== 'JudgementsConfirmed') return [];
  const confirmed = data as JudgementsConfirmed['data'];
  return confirmed.packages.flatMap((confirmation, index) => {
    const repository = confirmed.repositories[confirmation.repository];
    return repository
      ? [ofConfirmation(id, confirmed, { confirmation, repository, factsDigest: confirmed.factsDigests[index] ?? '' })]
      : [];
  });
};

const ofDecision = (event: string, packageKey: string, data: DecisionRecorded['data']): RecordedJudgement => {
  const {
    repository,
    presence,
    decidedAt,
    factsDigest,
    policySetDigest,
    engineDigest,
    freshnessDigest = null,
    desired,
    memory = NOTHING_REMEMBERED,
  } = data;
  const results = data.results.map(wholeResult);
  const said = data.said ?? saidOf(results);
  return {
    event,
    packageKey,
    repository,
    presence,
    decidedAt,
    factsDigest,
    policySetDigest,
    engineDigest,
    freshnessDigest,
    said,
    results,
    desired,
    memory,
  };
};

const wholeResult = (result: DecisionRecorded['data']['results'][number]): PolicyResult => ({
  name: result.policyId,
  match: false,
  reasons: [],
  error: null,
  ...result,
});

interface Confirmed {
  readonly confirmation: ConfirmedPackage;
  readonly repository: RepositoryRef;
  readonly factsDigest: string;
}

const ofConfirmation = (
  event: string,
  data: JudgementsConfirmed['data'],
  { confirmation, repository, factsDigest }: Confirmed,
): RecordedJudgement => {
  const { decidedAt, policySetDigest, engineDigest, freshnessDigest = null } = data;
  const { packageKey, said, memory = NOTHING_REMEMBERED } = confirmation;
  return {
    ...{
      event,
      packageKey,
      repository,
      presence: 'present',
      decidedAt,
      policySetDigest,
      engineDigest,
      freshnessDigest,
      said,
      memory,
    },
    factsDigest: factsDigest === '' ? null : factsDigest,
    results: null,
    desired: null,
  };
};
