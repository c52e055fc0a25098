import type { ActivePolicy } from '@weir/contracts';
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
  readonly policies: readonly ActivePolicy[];
  readonly answers: Answers;
  readonly memory: Memory;
}

/** The least of all deadlines: when time changes the answer, and when what failed is asked again. */
export const deadlineOf = ({ key, decidedAt, policies, answers: { results, timing }, memory }: Judged): Deadline => {
  const pause = retryPause(memory, results, spreadOf(key));
  const retryAt = pause === null ? null : new Date(Date.parse(decidedAt) + pause).toISOString();
  // What comes and goes within a day may be the same a day later: it is looked for at once, like what has changed by then.
  const isMoving = timing === 'moving' || (timing === 'steady' && policies.some(comesAndGoes));
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

/** What asks for the hour or the day; `time.format` writes dates into reasons. */
const OF_THE_DAY = new Set(['time.clock', 'time.date', 'time.weekday']);

const comesAndGoes = ({ reads: { clock, builtins } }: ActivePolicy): boolean =>
  clock && builtins.some((name) => OF_THE_DAY.has(name));

/** A number in [0, 1) that follows from the package alone (FNV-1a), so that judging again gives the same deadlines. */
const spreadOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
};
