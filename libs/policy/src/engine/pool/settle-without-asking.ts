import { askApart, errorAnswer, openAsks, type Batch } from './batch.js';
import type { PolicyError } from '../policy-engine.js';
import type { WorkerPool } from './worker-pool.js';

type Books = Pick<WorkerPool, 'suspensions' | 'excesses' | 'options'>;

/** In deadlines; where one is 250 ms, less than the pause after which evaluation asks about a package again. */
const PAUSE = 12;

/**
 * Takes out of a batch, at the last moment before it is sent, what must not be asked among others. A policy that is
 * suspended is answered for. An input that is known to make a policy exceed its limits is asked apart, for which the
 * batches are returned; where there is no room for that, it is answered as it was.
 */
export const settleWithoutAsking = (books: Books, batch: Batch, nowMillis: number): readonly Batch[] => {
  const { suspensions, excesses } = books;
  switch (batch.alone) {
    case 'accused':
      return [];
    case 'known':
      settleForWantOfRoom(books, batch, nowMillis);
      return [];
    case null: {
      const isAnyKnown = excesses.isAny(batch.key);
      batch.isAtRisk = false;
      const owing = new Set(suspensions.owing(batch.key));
      if (!isAnyKnown && owing.size === 0) return [];
      return batch.inputs.flatMap(({ input }, index) =>
        openAsks(batch, index).flatMap((policyId) => {
          if (isAnyKnown && excesses.of(batch.key, policyId, input)) return [askApart(batch, index, policyId, 'known')];
          const left = owing.has(policyId) ? suspensions.left(batch.key, policyId, nowMillis) : 0;
          if (left > 0) batch.settled[index]?.set(policyId, errorAnswer(policyId, suspended(left)));
          else batch.isAtRisk ||= owing.has(policyId);
          return [];
        }),
      );
    }
    default:
      return batch.alone satisfies never;
  }
};

const suspended = (leftMillis: number): PolicyError => ({
  code: 'suspended',
  message: `the policy exceeded its limits for too many packages and is asked about one again in ${Math.ceil(leftMillis / 1000)} s`,
});

/** The error stays the one that it was, so that a package that is not asked about again yet counts as no news. */
const settleForWantOfRoom = (books: Books, { key, inputs, settled }: Batch, nowMillis: number): void => {
  const [one] = inputs;
  const policyId = one?.asks[0];
  const known = one && policyId !== undefined ? books.excesses.of(key, policyId, one.input) : undefined;
  if (policyId === undefined || known === undefined) return;
  const isTime = nowMillis - known.atMillis >= PAUSE * books.options.deadlineMillis;
  if (isTime && books.suspensions.hasRoom(key, policyId, nowMillis)) return;
  const message = `${known.error.message}; it is asked about it again later`;
  settled[0]?.set(policyId, errorAnswer(policyId, { code: known.error.code, message }));
};
