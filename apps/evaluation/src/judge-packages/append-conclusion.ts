import type { DecisionRecorded } from '@weir/domain';
import type { NewEvidence, ShardWriter } from '@weir/event-store';
import { freshnessRead } from '@weir/judging';
import { ATTRIBUTES, count, record, SERVICES, SPANS, step } from '@weir/service';
import type { Concluded, Conclusion } from './conclude.js';
import type { JudgePorts } from './judge-packages.js';
import { judgementEvents } from './judgement-events.js';
import { writeJudgements, type JudgementRow } from './judgement-rows.js';
import { measureDecisions } from './measure-decisions.js';
import { writeWithoutPlace } from './unanswered.js';

interface Batch {
  readonly rows: ReadonlyMap<string, JudgementRow>;
  readonly sources: Readonly<Record<string, number>>;
}

/** Appends decisions, confirmations, evidence, rows and how far the sources were read in one commit; the decisions. */
export const appendConclusion = async (
  ports: Pick<JudgePorts, 'clock'>,
  writer: ShardWriter,
  conclusion: Conclusion,
  { rows, sources }: Batch,
): Promise<readonly DecisionRecorded[]> => {
  const { concluded } = conclusion;
  const events = judgementEvents(concluded, conclusion.decidedAt);
  const started = performance.now();
  const append = () =>
    writer.append({
      events,
      evidence: [...factsSeen(concluded, rows), ...freshnessSeen(concluded)],
      sources,
      also: async (client) => {
        await writeWithoutPlace(
          client,
          writer.shard,
          concluded.map((one) => one.case.subject),
        );
        await writeJudgements(client, conclusion.rows, rows);
      },
    });
  await step(SPANS.append, append, {
    attributes: { [ATTRIBUTES.shard]: writer.shard, [ATTRIBUTES.events]: events.length },
  });
  record('appendDuration', (performance.now() - started) / 1000, { service: SERVICES.evaluation });
  measure(concluded, ports.clock());
  return concluded.flatMap(({ decision }) => decision ?? []);
};

/** The facts that came with messages: new, unless the package was judged on the same ones last. */
const factsSeen = (concluded: readonly Concluded[], rows: ReadonlyMap<string, JudgementRow>): readonly NewEvidence[] =>
  concluded.flatMap(
    ({
      case: {
        subject: { key, factsDigest, facts },
      },
    }) =>
      factsDigest !== null && facts !== null
        ? [{ digest: factsDigest, kind: 'facts', bytes: facts, isNew: rows.get(key)?.factsDigest !== factsDigest }]
        : [],
  );

const freshnessSeen = (concluded: readonly Concluded[]): readonly NewEvidence[] => {
  const seen = new Map<string, NewEvidence>();
  for (const {
    case: { subject, scope, conditions },
  } of concluded) {
    const read = freshnessRead(scope, conditions.freshness, subject.package.type);
    if (read) seen.set(read.digest, { digest: read.digest, kind: 'freshness', bytes: Buffer.from(read.text, 'utf8') });
  }
  return [...seen.values()];
};

const measure = (concluded: readonly Concluded[], now: Date): void => {
  const names = new Map(
    concluded.map(({ case: { subject, conditions } }) => [subject.workspace, conditions.policySet.set.policies]),
  );
  const nameOf = (workspace: string, policyId: string): string =>
    names.get(workspace)?.find((policy) => policy.policyId === policyId)?.name ?? policyId;
  measureDecisions(concluded, nameOf, now);
  for (const {
    case: { subject },
    confirmation,
  } of concluded)
    if (confirmation) count('judgementsConfirmed', 1, { workspace: subject.workspace, cause: subject.cause.kind });
};
