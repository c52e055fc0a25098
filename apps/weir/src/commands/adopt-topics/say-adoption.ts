import { RELAY } from '@weir/evaluation';
import { counted } from '../counted.js';
import type { Output } from '../output.js';
import type { PlannedMove } from './plan-adoption.js';
import type { Rest } from './tell-the-rest.js';

export interface Adoption {
  readonly moves: readonly PlannedMove[];
  readonly rest: Rest;
  readonly isAdopted: boolean;
  readonly json: boolean;
}

/** Says what is lost and what becomes of it: one line for each position, or one document. */
export const sayAdoption = ({ moves, rest, isAdopted, json }: Adoption, output: Output): void => {
  if (json) {
    const lost = moves.map(
      ({ kept: { group, topic, partition, incarnation: was, next: from }, loss, to, messages }) => ({
        ...{ group, topic, partition, loss, was, from },
        ...{ incarnation: to.incarnation, to: to.next, messages },
      }),
    );
    output.stdout(JSON.stringify({ lost, toldAgain: rest, adopted: isAdopted }));
    return;
  }
  for (const move of moves) output.stdout(lineOf(move));
  for (const line of restLines(rest, isAdopted)) output.stdout(line);
  output.stderr(summary(moves.length, isAdopted));
};

const lineOf = ({ kept: { group, topic, partition, next }, loss, to, messages }: PlannedMove): string => {
  const place = `${group} ${topic}/${partition}`;
  if (group === RELAY)
    return `${place}: ${loss}; publishes ${counted(messages, 'event')} of the log again, from ${to.next}`;
  const gone = loss === 'cut' ? `, ${counted(to.next - next, 'message')} gone unread` : '';
  return `${place}: ${loss}; was at ${next}${gone}; reads ${counted(messages, 'message')} from ${to.next}`;
};

const restLines = ({ observations, packages }: Rest, isAdopted: boolean): readonly string[] => {
  const verb = isAdopted ? 'published again' : 'to publish again';
  return [
    ...(observations > 0 ? [`enrichment: ${counted(observations, 'observation')} without a decision ${verb}`] : []),
    ...(packages > 0 ? [`enrichment: facts of ${counted(packages, 'package')} ${verb}`] : []),
  ];
};

const summary = (count: number, isAdopted: boolean): string => {
  if (count === 0) return 'Every position says where to go on.';
  if (isAdopted) return `Adopted: ${counted(count, 'position')}. The services go on within seconds.`;
  return `Nothing was changed. Say why with --because "...", and ${count === 1 ? 'it is' : 'they are'} adopted.`;
};
