/** How many batches a service has handled, and how many messages were in them. */
export interface Batches {
  readonly batches: number;
  readonly messages: number;
}

/** Batches by topic, from the service's own metrics. */
export const serviceBatches = async (url: string): Promise<ReadonlyMap<string, Batches>> =>
  readBatches(await (await fetch(new URL('/metrics', url))).text());

export const readBatches = (text: string): ReadonlyMap<string, Batches> => {
  const totals = new Map<string, { batches: number; messages: number }>();
  for (const [, what, labels, value] of text.matchAll(/^weir_batch_messages_(sum|count)\{([^}]*)\} (\S+)/gm)) {
    const topic = /topic="([^"]*)"/.exec(labels ?? '')?.[1] ?? '';
    const total = totals.get(topic) ?? { batches: 0, messages: 0 };
    total[what === 'sum' ? 'messages' : 'batches'] += Number(value);
    totals.set(topic, total);
  }
  return totals;
};

/** Messages in a batch on average between two readings, by topic. */
export const meanBatch = (
  before: ReadonlyMap<string, Batches>,
  after: ReadonlyMap<string, Batches>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...after]
      .map(
        ([topic, { batches, messages }]) =>
          [
            topic,
            (messages - (before.get(topic)?.messages ?? 0)) / (batches - (before.get(topic)?.batches ?? 0)),
          ] as const,
      )
      .filter(([, mean]) => Number.isFinite(mean))
      .map(([topic, mean]) => [topic, Number(mean.toFixed(1))]),
  );
