import { errorAnswer, resolveWhenWhole, type Batch } from './batch.js';
import type { Said } from '../packed-answers.js';
import type { PolicyAnswer, PolicyError } from '../policy-engine.js';
import type { WorkerPool } from './worker-pool.js';

type Books = Pick<WorkerPool, 'suspensions' | 'excesses' | 'options' | 'clockMillis'>;

/** What costs less is found out again for less than it takes to remember it. */
const WORTH_KEEPING = 1 / 4;

const isWithinLimits = ({ error }: PolicyAnswer): boolean => error?.code !== 'memory_exceeded';

/** Invariant: an input counts once for its policies, however often its batch begins anew. */
const credit = (
  { suspensions, clockMillis }: Books,
  batch: Batch,
  until: number,
  isGood: (index: number, policyId: string) => boolean,
) => {
  for (const policyId of suspensions.owing(batch.key)) {
    let packages = 0;
    for (let index = batch.passed; index < until; index += 1) if (isGood(index, policyId)) packages += 1;
    suspensions.answered(batch.key, policyId, packages, clockMillis());
  }
  batch.passed = Math.max(batch.passed, until);
};

/** A worker was ended at an input: those before it stayed within the limits. */
export const creditPassed = (books: Books, batch: Batch, until: number): void =>
  credit(
    books,
    batch,
    until,
    (index, policyId) => batch.inputs[index]?.asks.includes(policyId) === true && !batch.settled[index]?.has(policyId),
  );

/** What so much work costs: one is two deadlines of it, among others and alone. */
const costOf = ({ options }: Books, millis: number): number => millis / (2 * options.deadlineMillis);

/** Policies that a worker was ended for: a deadline of work each. It counts CPU, so a machine that is busy otherwise makes nothing dearer. */
export const chargeAccused = (books: Books, { key }: Batch, policyIds: readonly string[]): void => {
  for (const policyId of policyIds) books.suspensions.exceeded(key, policyId, 1 / 2, books.clockMillis());
};

/** What exceeds the limits alone, too, has that for its answer. */
export const endAlone = (
  { excesses, options, clockMillis }: Books,
  batch: Batch,
  { code, message }: PolicyError,
): void => {
  const [one] = batch.inputs;
  const policyId = one?.asks[0];
  if (one === undefined || policyId === undefined) return;
  const error = { code, message: `${message}, when it was asked about this package alone` };
  excesses.keep(batch.key, policyId, one.input, { error, atMillis: clockMillis() });
  batch.fresh = [[errorAnswer(policyId, error, options.deadlineMillis * 1000)]];
  resolveWhenWhole(batch);
};

/** Books what a worker answered: what was within the limits, and what ran out of memory, which a worker finds out alone. */
export const weighAnswers = (
  books: Books,
  batch: Batch,
  said: readonly Said[],
  fresh: readonly (readonly PolicyAnswer[])[],
): void => {
  const [one] = batch.inputs;
  if (batch.alone !== null && one) one.asks.forEach((policyId) => books.excesses.drop(batch.key, policyId, one.input));
  credit(books, batch, batch.inputs.length, (index, policyId) =>
    (fresh[index] ?? []).some((answer) => answer.policyId === policyId && isWithinLimits(answer)),
  );
  if (said.some(({ error }) => error?.code === 'memory_exceeded')) chargeMemory(books, batch, fresh);
};

const chargeMemory = (books: Books, { key, inputs }: Batch, fresh: readonly (readonly PolicyAnswer[])[]): void =>
  fresh.forEach((answers, index) => {
    for (const answer of answers) {
      const { policyId, error, durationMicros } = answer;
      const input = inputs[index]?.input;
      if (error === null || input === undefined || isWithinLimits(answer)) continue;
      const [cost, atMillis] = [costOf(books, durationMicros / 1000), books.clockMillis()];
      books.suspensions.exceeded(key, policyId, cost, atMillis);
      if (cost >= WORTH_KEEPING) books.excesses.keep(key, policyId, input, { error, atMillis });
    }
  });
