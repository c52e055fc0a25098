import type { ShardWriter } from '@weir/event-store';
import { ATTRIBUTES, currentTraceparent, inSpan, SERVICES, SPANS, traceBatch, type SpanName } from '@weir/service';
import { judgePackages, type JudgePorts } from './judge-packages.js';
import type { JudgementRow } from './judgement-rows.js';
import type { Subject } from './subject.js';
import { whyDue } from './why-due.js';

export interface JudgingAgain {
  readonly name: SpanName;
  /** Traces of what made the packages due. */
  readonly causes: readonly (string | null)[];
  readonly rows: readonly JudgementRow[];
}

/**
 * Judges packages on the facts that are known already. It begins a trace of its own, which links to what caused it; each
 * package has a span there that links to the event that first brought it, and that its decision names.
 */
export const judgeAgain = (
  ports: JudgePorts,
  writer: ShardWriter,
  { name, causes, rows }: JudgingAgain,
): Promise<unknown> => {
  const attributes = { [ATTRIBUTES.shard]: writer.shard, [ATTRIBUTES.messages]: rows.length };
  return inSpan({ service: SERVICES.evaluation, name, parent: null, causes, attributes }, () => {
    const current = currentTraceparent();
    return traceBatch(
      { service: SERVICES.evaluation, messageSpan: SPANS.evaluate },
      rows.map(() => current),
      async (traceparents) => {
        const subjects = await Promise.all(rows.map((row, i) => subjectOf(ports, row, traceparents[i] ?? null)));
        return judgePackages(ports, writer, subjects);
      },
    );
  });
};

const subjectOf = async (
  { conditions, clock }: JudgePorts,
  row: JudgementRow,
  traceparent: string | null,
): Promise<Subject> => {
  const cause = whyDue(row, await conditions.of(row.workspace), clock().toISOString());
  return { ...row, cause, ordinal: null, facts: null, traceparent };
};
