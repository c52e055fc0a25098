import { NotAble } from '@weir/postgres';
import type { PositionLost } from './position-lost.js';

/** A partition that this process serves for a group, and what it stands still for; null when it goes on. */
export interface Standing {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly fault: PositionLost | null;
}

/** Which positions of this process's partitions are lost: for readiness and metrics. */
export interface LostPositions {
  note(standing: Standing): void;
  /** The partition is another process's, or nobody's, from now on. */
  left(group: string, partition: number): void;
  /** Every partition of the group that is served here. */
  of(group: string): readonly Standing[];
  /** Throws when the group stands still somewhere. */
  refuse(group: string): void;
}

export const createLostPositions = (): LostPositions => {
  const standings = new Map<string, Standing>();
  const of = (group: string): readonly Standing[] => [...standings.values()].filter((one) => one.group === group);
  return {
    note: (standing) => void standings.set(`${standing.group} ${standing.topic} ${standing.partition}`, standing),
    left: (group, partition) => {
      for (const [name, one] of standings)
        if (one.group === group && one.partition === partition) standings.delete(name);
    },
    of,
    refuse: (group) => {
      const lost = of(group).flatMap(({ fault }) => fault ?? []);
      const [first] = lost;
      if (first === undefined) return;
      const more = lost.length === 1 ? '' : ` ${lost.length - 1} more like it.`;
      throw new NotAble(`${first.message}${more}`, { cause: first });
    },
  };
};
