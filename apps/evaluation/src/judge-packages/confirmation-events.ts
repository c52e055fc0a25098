import type { Cause, ConfirmedBy, JudgementsConfirmed } from '@weir/domain';
import type { NewEvent } from '@weir/event-store';
import { freshnessRead } from '@weir/judging';
import type { Concluded } from './conclude.js';

/** Packages of one event: some 60 KB. */
const MOST_PACKAGES = 250;

/** One event for many packages that were judged for one cause and had the outcome they had. */
export const confirmationEvents = (concluded: readonly Concluded[], decidedAt: string): readonly NewEvent[] => {
  const confirmedOnes = concluded.filter(({ confirmation }) => confirmation !== null);
  return [...Map.groupBy(confirmedOnes, likeness).values()].flatMap((group) =>
    chunks(group).map((chunk) => eventOf(chunk, decidedAt)),
  );
};

const chunks = (group: readonly Concluded[]): readonly (readonly Concluded[])[] =>
  Array.from({ length: Math.ceil(group.length / MOST_PACKAGES) }, (_, index) =>
    group.slice(index * MOST_PACKAGES, (index + 1) * MOST_PACKAGES),
  );

const likeness = (one: Concluded): string => JSON.stringify(commonOf(one));

const commonOf = ({ case: { subject, conditions, scope } }: Concluded) => {
  const freshness = freshnessRead(scope, conditions.freshness, subject.package.type);
  return {
    workspace: subject.workspace,
    cause: confirmedBy(subject.cause),
    policySetDigest: conditions.policySet.digest,
    engineDigest: conditions.engineDigest,
    ...(freshness && { freshnessDigest: freshness.digest }),
  };
};

const confirmedBy = (cause: Cause): ConfirmedBy => {
  switch (cause.kind) {
    case 'observation':
      throw new Error('An observation has a decision of its own.');
    case 'feed':
      return { kind: 'feed', feed: cause.feed, revision: cause.revision };
    default:
      // What a cause says beside its kind differs from package to package, and the decisions that changed something keep it.
      return { kind: cause.kind };
  }
};

const eventOf = (group: readonly Concluded[], decidedAt: string): NewEvent => {
  const [first] = group;
  if (!first) throw new Error('An event confirms at least one judgement.');
  const repositories = new Map(
    group.map(({ case: { subject } }) => [JSON.stringify(subject.repository), subject.repository]),
  );
  const places = new Map([...repositories.keys()].map((text, index) => [text, index]));
  const data: JudgementsConfirmed['data'] = {
    ...commonOf(first),
    decidedAt,
    repositories: [...repositories.values()],
    packages: group.flatMap(({ case: { subject }, confirmation }) =>
      confirmation ? [{ ...confirmation, repository: places.get(JSON.stringify(subject.repository)) ?? 0 }] : [],
    ),
    factsDigests: group.map(({ case: { subject } }) => subject.factsDigest ?? ''),
  };
  const { traceparent } = first.case.subject;
  return {
    type: 'JudgementsConfirmed',
    version: 1,
    subject: data.workspace,
    data,
    occurredAt: decidedAt,
    ...(traceparent && { metadata: { traceparent } }),
  };
};
