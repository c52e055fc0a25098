import type { Cause } from '@weir/domain';
import type { ShardWriter } from '@weir/event-store';
import { ATTRIBUTES, currentTraceparent, inSpan, SERVICES, SPANS, traceBatch, type SpanName } from '@weir/service';
import { judgePackages, type JudgePorts } from './judge-packages.js';
import type { JudgementRow } from './judgement-rows.js';

export interface JudgingAgain {
  readonly name: SpanName;
  /** Traces of what made the packages due. */
  readonly causes: readonly (string | null)[];
  readonly rows: readonly JudgementRow[];
  readonly causeOf: (row: JudgementRow) => Cause;
}

/**
 * Judges packages on the facts that are known already. It begins a trace of its own, which links to what caused it; each
 * package has a span there that links to the event that first brought it, and that its decision names.
 */
export const judgeAgain = (ports: JudgePorts, writer: ShardWriter, { name, causes, rows, causeOf }: JudgingAgain): Promise<unknown> => {
  const attributes = { [ATTRIBUTES.shard]: writer.shard, [ATTRIBUTES.messages]: rows.length };
  return inSpan({ service: SERVICES.evaluation, name, parent: null, causes, attributes }, () => {
    const current = currentTraceparent();
    return traceBatch({ service: SERVICES.evaluation, each: SPANS.evaluate }, rows.map(() => current), (traceparents) =>
      judgePackages(ports, writer, rows.map((row, i) => ({ ...row, cause: causeOf(row), ordinal: null, facts: null, traceparent: traceparents[i] ?? null }))),
    );
  });
};
