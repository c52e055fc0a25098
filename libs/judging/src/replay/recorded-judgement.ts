import type { DecisionRecorded, JudgementEvent, JudgementsConfirmed, Memory, RepositoryRef } from '@weir/domain';

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
  readonly id: string;
  readonly event: JudgementEvent;
  readonly packageKey: string;
  readonly repository: RepositoryRef;
  readonly presence: 'present' | 'deleted';
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly policySetDigest: string;
  readonly engineDigest: string;
  readonly freshnessDigest: string | null;
  /** null in what was recorded before version 4. */
  readonly basis: string | null;
  /** null in what was recorded before version 4. */
  readonly said: string | null;
  /** As it is afterwards; absent when nothing is remembered. */
  readonly memory?: Memory;
}

/** The judgements that an event records; none of an event that records something else. */
export const judgementsOf = ({ id, type, subject, data }: LoggedEvent): readonly RecordedJudgement[] => {
  if (type === 'DecisionRecorded')
    return [ofDecision(id, subject, { type, version: 4, data: data as DecisionRecorded['data'] })];
  if (type === 'JudgementsConfirmed')
    return ofConfirmation(id, { type, version: 1, data: data as JudgementsConfirmed['data'] });
  return [];
};

const ofDecision = (id: string, packageKey: string, event: DecisionRecorded): RecordedJudgement => {
  const { freshnessDigest = null, ...data } = event.data;
  return { ...data, id, event, packageKey, freshnessDigest };
};

const ofConfirmation = (id: string, event: JudgementsConfirmed): readonly RecordedJudgement[] => {
  const { freshnessDigest = null, packages, repositories, factsDigests, ...data } = event.data;
  return packages.flatMap(({ repository: place, ...confirmation }, index) => {
    const repository = repositories[place];
    const factsDigest = factsDigests[index] || null;
    const presence = 'present' as const;
    return repository
      ? [{ ...data, ...confirmation, id, event, repository, presence, factsDigest, freshnessDigest }]
      : [];
  });
};
