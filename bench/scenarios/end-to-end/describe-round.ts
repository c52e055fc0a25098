import type { Round } from './measure-round.ts';

const listed = (values: Readonly<Record<string, number | null>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null && value >= 1)
    .map(([name, value]) => `${name} ${Math.round(value ?? 0)}`)
    .join(', ');

/** A round for people: speed, where the CPU went, what was written, batch sizes and memory. */
export const describeRound = (turn: number, round: Round, decisionsLoop: number, eventsLoop: number): string =>
  [
    `round ${turn}: ${Math.round(round.perSecond)} events/s; bare loop ${Math.round(decisionsLoop)} decisions/s or ${Math.round(eventsLoop)} events/s; ${round.flaw ?? 'every event has one decision'}`,
    `  CPU us an event: ${Math.round(round.cpuPerEvent)} = ${listed(round.cpuPerEventOf)} (generator and bench are not in the sum)`,
    `  an event: ${Math.round(round.walPerEvent)} bytes WAL, ${round.commitsPerEvent} transactions, ${round.walSyncsPerEvent} WAL syncs; ${round.eventsPerAppend} events an append; messages a batch: ${listed(round.messagesPerBatch)}`,
    `  peak MB: ${listed(round.peakMegabytes)}`,
  ].join('\n');
