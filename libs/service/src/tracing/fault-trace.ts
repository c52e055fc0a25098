import type { SpanContext } from '@opentelemetry/api';

const traces = new WeakMap<object, SpanContext>();

/** Where a fault happened: most are logged later, where their span is over. The first place counts. */
export const rememberTrace = (fault: unknown, where: SpanContext): void => {
  if (fault instanceof Error && !traces.has(fault)) traces.set(fault, where);
};

/** Where a fault or one of its causes happened; undefined when that was in no span. */
export const traceOfFault = (fault: unknown): SpanContext | undefined => {
  const seen = new Set<unknown>();
  for (let one = fault; one instanceof Error && !seen.has(one); one = one.cause) {
    const known = traces.get(one);
    if (known) return known;
    seen.add(one);
  }
  return undefined;
};
