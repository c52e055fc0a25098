import { retryPause, type Memory } from '@weir/domain';
import type { Answers } from '@weir/judging';
import { horizonOf } from '../await-deadlines/horizon.js';

/** When a judgement must be looked at again though its basis stays. Instants are ISO 8601 in UTC. */
export interface Deadline {
  readonly deadline: string | null;
  readonly retryAt: string | null;
  readonly isMoving: boolean;
}

export const NO_DEADLINE: Deadline = { deadline: null, retryAt: null, isMoving: false };

interface Judged {
  readonly key: string;
  readonly decidedAt: string;
  readonly answers: Answers;
  readonly memory: Memory;
}

/** The least of all deadlines: when time changes the answer, and when what failed is asked again. */
export const deadlineOf = ({ key, decidedAt, answers: { results, timing }, memory }: Judged): Deadline => {
  const pause = retryPause(memory, results, spreadOf(key));
  const retryAt = pause === null ? null : new Date(Date.parse(decidedAt) + pause).toISOString();
  const isMoving = timing === 'moving';
  if (isMoving) return { deadline: decidedAt, retryAt, isMoving };
  return { deadline: least(retryAt, timing === 'steady' ? horizonOf(decidedAt) : null), retryAt, isMoving };
};

/** The deadlines of a judgement after the moment was found at which time changes its answer; milliseconds since 1970. */
export const withMoment = <Held extends Pick<Deadline, 'retryAt'>>(held: Held, moment: number): Held & Deadline => ({
  ...held,
  deadline: least(new Date(moment).toISOString(), held.retryAt),
  isMoving: false,
});

const least = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other < one) ? other : one;

/** A number in [0, 1) that follows from the package alone (FNV-1a), so that judging again gives the same deadlines. */
const spreadOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
};
