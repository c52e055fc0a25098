import { askApart, isSettled, jobOf, openAsks, resolveWhenWhole } from './batch.js';
import type { Batch } from './batch.js';
import type { KnownExcesses } from './known-excesses.js';
import { settleWithoutAsking } from './settle-without-asking.js';
import type { Suspensions } from './suspension.js';
import { chargeAccused, creditPassed, endAlone, weighAnswers } from './weigh-answers.js';
import { unpackAnswers } from '../packed-answers.js';
import type { PolicyEngineOptions, PolicyError } from '../policy-engine.js';
import { readProgress } from '../progress.js';
import type { FromWorker, ToWorker } from '../worker-messages.js';
import { mostInFlight, replaceWorker } from './worker-seat.js';
import type { Seat } from './worker-seat.js';

/** What every worker has to know before it can judge. */
export type LoadMessage = Extract<ToWorker, { readonly type: 'load' }>;

/** The workers of an engine, what they know and what waits for them. */
export type WorkerPool = {
  readonly options: PolicyEngineOptions;
  readonly suspensions: Suspensions;
  readonly excesses: KnownExcesses;
  /** By which time makes up for waste. */
  readonly clockMillis: () => number;
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

/** Workers that are kept for those who owe nothing: half of them where there are several. */
const mostAtRisk = ({ seats }: WorkerPool): number => Math.max(1, Math.floor(seats.length / 2));

/** Invariant: a batch that may take deadlines has its worker to itself, and such batches never take all workers of several. */
const seatFor = (pool: WorkerPool, isAtRisk: boolean): Seat | undefined => {
  const atRisk = pool.seats.filter(({ batches }) => batches.some((batch) => batch.isAtRisk));
  if (isAtRisk && atRisk.length >= mostAtRisk(pool)) return undefined;
  const most = isAtRisk ? 1 : mostInFlight;
  return pool.seats
    .filter((seat) => seat.batches.length < most && !atRisk.includes(seat))
    .sort((a, b) => a.batches.length - b.batches.length)[0];
};

const send = (seat: Seat, batch: Batch): void => {
  seat.batches.push(batch);
  const job = jobOf(batch);
  seat.worker.postMessage({ type: 'run', job } satisfies ToWorker, [job.bytes.buffer]);
};

/**
 * Sends what waits to workers that have room, in order, but that nobody waits for those at risk. A policy may have been
 * suspended while its batch waited: this is the last moment to leave it out, and a batch of nothing else needs no worker.
 */
export const dispatch = (pool: WorkerPool): void => {
  for (let at = 0; at < pool.queue.length && seatFor(pool, false) !== undefined;) {
    const batch = pool.queue[at];
    if (batch === undefined) return;
    pool.queue.push(...settleWithoutAsking(pool, batch, pool.clockMillis()));
    const isDone = isSettled(batch);
    const seat = isDone ? undefined : seatFor(pool, batch.isAtRisk);
    if (!isDone && seat === undefined) {
      at += 1;
      continue;
    }
    pool.queue.splice(at, 1);
    if (seat !== undefined) send(seat, batch);
    else resolveWhenWhole(Object.assign(batch, { fresh: [] }));
  }
};

const finish = (pool: WorkerPool, seat: Seat, { id, answers }: FromWorker): void => {
  const index = seat.batches.findIndex((batch) => batch.id === id);
  const [batch] = index < 0 ? [] : seat.batches.splice(index, 1);
  if (batch !== undefined) {
    batch.fresh = unpackAnswers(
      answers,
      batch.inputs.map((_, place) => openAsks(batch, place)),
    );
    weighAnswers(pool, batch, answers.said, batch.fresh);
    resolveWhenWhole(batch);
  }
  dispatch(pool);
};

/**
 * What a worker was ended for goes apart: each policy that was being asked is asked about that input alone. Invariant: a
 * batch that goes back to the queue asks for less each time.
 */
const accuse = (pool: WorkerPool, seat: Seat, error: PolicyError): { batch: Batch; apart: readonly Batch[] } | null => {
  const { job, input, ask } = readProgress(seat.progress);
  const batch = seat.batches.find(({ id }) => id === job) ?? seat.batches[0];
  if (batch === undefined || input >= batch.inputs.length) return null;
  creditPassed(pool, batch, input);
  const asks = openAsks(batch, input);
  // While an input is being read no policy is at fault yet, and none can be asked about it.
  const accused = ask < 0 ? asks : asks.slice(ask, ask + 1);
  chargeAccused(pool, batch, accused);
  if (batch.alone === null) return { batch, apart: accused.map((id) => askApart(batch, input, id, 'accused')) };
  endAlone(pool, batch, error);
  return { batch, apart: [] };
};

/**
 * Ends a seat's worker and gives the rest of its work to others. What it was ended for is asked alone before anything else,
 * as a rule in the fresh worker; the batch it came from waits behind the others.
 */
export const endWorker = (pool: WorkerPool, seat: Seat, error: PolicyError): void => {
  if (pool.closed) return;
  const accused = accuse(pool, seat, error);
  const left = replaceWorker(seat, pool.options.memoryMegabytes);
  listen(pool, seat);
  pool.queue.unshift(...(accused?.apart ?? []), ...left.filter((batch) => batch !== accused?.batch));
  if (accused !== null && accused.batch.alone === null) pool.queue.push(accused.batch);
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
