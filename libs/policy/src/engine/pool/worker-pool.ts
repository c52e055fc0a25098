import { answersOf, errorAnswer, jobOf, openAsks } from './batch.js';
import type { Batch } from './batch.js';
import { unpackAnswers } from '../packed-answers.js';
import type { PolicyAnswer, PolicyEngineOptions, PolicyError } from '../policy-engine.js';
import { readProgress } from '../progress.js';
import type { Suspensions } from './suspension.js';
import type { FromWorker, ToWorker } from '../worker-messages.js';
import { mostInFlight, replaceWorker } from './worker-seat.js';
import type { Seat } from './worker-seat.js';

/** What every worker has to know before it can judge. */
export type LoadMessage = Extract<ToWorker, { readonly type: 'load' }>;

/** The workers of an engine, what they know and what waits for them. */
export type WorkerPool = {
  readonly options: PolicyEngineOptions;
  readonly suspensions: Suspensions;
  readonly loaded: Map<string, LoadMessage>;
  /** Keys to forget once nothing under way asks them. */
  readonly leaving: Set<string>;
  readonly queue: Batch[];
  readonly seats: Seat[];
  closed: boolean;
};

export const tellAll = (pool: WorkerPool, message: ToWorker): void =>
  pool.seats.forEach(({ worker }) => worker.postMessage(message));

/** Whether a batch of `key` waits or is being judged. */
export const isAsked = (pool: WorkerPool, key: string): boolean =>
  [...pool.queue, ...pool.seats.flatMap(({ batches }) => batches)].some((batch) => batch.key === key);

const leastBusy = (pool: WorkerPool): Seat | undefined =>
  pool.seats
    .filter(({ batches }) => batches.length < mostInFlight)
    .sort((a, b) => a.batches.length - b.batches.length)[0];

/** Answers for suspended policies without asking them. */
const settleSuspended = (pool: WorkerPool, batch: Batch): void => {
  const now = performance.now();
  batch.inputs.forEach(({ asks }, index) => {
    for (const policyId of asks) {
      const left = pool.suspensions.left(batch.key, policyId, now);
      if (left <= 0 || batch.settled[index]?.has(policyId) === true) continue;
      const message = `the policy had to be ended repeatedly and is not asked for another ${Math.ceil(left / 1000)} s`;
      batch.settled[index]?.set(policyId, errorAnswer(policyId, { code: 'suspended', message }));
    }
  });
};

const isSettled = (batch: Batch): boolean => batch.inputs.every((_, index) => openAsks(batch, index).length === 0);

/**
 * Sends what waits to workers that have room. A policy may have been suspended while its batch waited: this is the
 * last moment to leave it out, and a batch of nothing else is answered without a worker.
 */
export const dispatch = (pool: WorkerPool): void => {
  for (let seat = leastBusy(pool); seat !== undefined; seat = leastBusy(pool)) {
    const batch = pool.queue.shift();
    if (batch === undefined) return;
    settleSuspended(pool, batch);
    if (isSettled(batch)) {
      batch.resolve(answersOf(batch, []));
      continue;
    }
    seat.batches.push(batch);
    const job = jobOf(batch);
    seat.worker.postMessage({ type: 'run', job } satisfies ToWorker, [job.bytes.buffer]);
  }
};

/** Running out of memory is held against a policy only when it was slow too: a giant package is not its fault. */
const strikeForMemory = (pool: WorkerPool, key: string, answers: readonly (readonly PolicyAnswer[])[]): void => {
  const slowMicros = (pool.options.deadlineMillis * 1000) / 2;
  for (const { policyId, error, durationMicros } of answers.flat()) {
    if (error?.code !== 'memory_exceeded' || durationMicros < slowMicros) continue;
    pool.suspensions.strike(key, policyId, performance.now());
  }
};

const finish = (pool: WorkerPool, seat: Seat, { id, answers }: FromWorker): void => {
  const index = seat.batches.findIndex((batch) => batch.id === id);
  const [batch] = index < 0 ? [] : seat.batches.splice(index, 1);
  dispatch(pool);
  if (batch === undefined) return;
  const fresh = unpackAnswers(
    answers,
    batch.inputs.map((_, place) => openAsks(batch, place)),
  );
  if (answers.said.some(({ error }) => error?.code === 'memory_exceeded')) strikeForMemory(pool, batch.key, fresh);
  batch.resolve(answersOf(batch, fresh));
};

/** Invariant: every policy blamed here is settled, so a batch that goes back to the queue asks for less each time. */
const blame = (pool: WorkerPool, seat: Seat, error: PolicyError): void => {
  const { job, input, ask } = readProgress(seat.progress);
  const batch = seat.batches.find(({ id }) => id === job) ?? seat.batches[0];
  const settled = batch?.settled[input];
  if (batch === undefined || settled === undefined) return;
  const asks = openAsks(batch, input);
  // While an input is being parsed no policy is at fault, and none can be asked about it.
  for (const policyId of ask < 0 ? asks : asks.slice(ask, ask + 1)) {
    settled.set(policyId, errorAnswer(policyId, error, pool.options.deadlineMillis * 1000));
    if (ask >= 0) pool.suspensions.strike(batch.key, policyId, performance.now());
  }
};

/** Ends a seat's worker, blames the policy it was in, and gives the rest of its work to others. */
export const endWorker = (pool: WorkerPool, seat: Seat, error: PolicyError): void => {
  if (pool.closed) return;
  blame(pool, seat, error);
  const left = replaceWorker(seat, pool.options.memoryMegabytes);
  listen(pool, seat);
  pool.queue.unshift(...left);
  dispatch(pool);
};

/** Connects a seat's fresh worker and tells it all modules. */
export function listen(pool: WorkerPool, seat: Seat): void {
  seat.worker.on('message', (message: FromWorker) => finish(pool, seat, message));
  seat.worker.on('error', (error: Error & { readonly code?: string }) => {
    const code = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory_exceeded' : 'engine_fault';
    endWorker(pool, seat, { code, message: error.message });
  });
  for (const message of pool.loaded.values()) seat.worker.postMessage(message);
}
