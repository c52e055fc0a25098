import { setTimeout as sleep } from 'node:timers/promises';
import { newBatch } from './batch.js';
import { isOverdue } from './deadline-watch.js';
import type {
  EvaluationInput,
  EvaluationRequest,
  LoadableModule,
  PolicyAnswer,
  PolicyEngine,
  PolicyEngineOptions,
} from '../policy-engine.js';
import { shownToPolicies } from '../cut-input/shown-members.js';
import { newKnownExcesses } from './known-excesses.js';
import { newSuspensions } from './suspension.js';
import { dispatch, endWorker, isAsked, listen, tellAll } from './worker-pool.js';
import type { LoadMessage, WorkerPool } from './worker-pool.js';
import { leaveSeat, newSeat } from './worker-seat.js';
import type { Seat } from './worker-seat.js';

type Answers = readonly (readonly PolicyAnswer[])[];

/** Inputs per message: enough to make its cost small, few enough that losing a worker loses little. */
const mostPerBatch = 128;
/** How often within a deadline the workers are looked at. */
const looksPerDeadline = 5;

const checkOptions = ({ workers, deadlineMillis, memoryMegabytes }: PolicyEngineOptions): void => {
  for (const [name, value] of Object.entries({ workers, deadlineMillis, memoryMegabytes })) {
    if (!(Number.isFinite(value) && value >= 1)) throw new RangeError(`${name} is ${value}: it must be at least 1`);
  }
};

const newPool = (options: PolicyEngineOptions): WorkerPool => {
  const seats = Array.from({ length: Math.floor(options.workers) }, () => newSeat(options.memoryMegabytes));
  const pool = {
    options,
    suspensions: newSuspensions(options),
    excesses: newKnownExcesses(),
    clockMillis: options.clockMillis ?? (() => performance.now()),
    loaded: new Map(),
    leaving: new Set<string>(),
    queue: [],
    seats,
    closed: false,
  };
  seats.forEach((seat) => listen(pool, seat));
  return pool;
};

const look = async (pool: WorkerPool, seat: Seat): Promise<void> => {
  const { deadlineMillis } = pool.options;
  if (seat.batches.length === 0 || !(await isOverdue(seat, deadlineMillis, performance.now()))) return;
  endWorker(pool, seat, { code: 'deadline_exceeded', message: `the policy took longer than ${deadlineMillis} ms` });
};

/** Looks at the workers for as long as the engine runs; a look that takes long delays the next one. */
const watchDeadlines = (pool: WorkerPool): NodeJS.Timeout => {
  let looking = false;
  const timer = setInterval(
    () => {
      if (looking) return;
      looking = true;
      void Promise.all(pool.seats.map((seat) => look(pool, seat))).finally(() => (looking = false));
    },
    Math.max(2, pool.options.deadlineMillis / looksPerDeadline),
  );
  return timer.unref();
};

const submit = (pool: WorkerPool, key: string, inputs: readonly EvaluationInput[]): Promise<Answers> =>
  new Promise((resolve, reject) => {
    pool.queue.push(newBatch({ key, inputs, resolve, reject }));
    dispatch(pool);
  });

const evaluate = async (pool: WorkerPool, { key, inputs }: EvaluationRequest): Promise<Answers> => {
  if (pool.closed) throw new Error('the policy engine is closed');
  if (!pool.loaded.has(key)) throw new Error(`policy set ${key} is not loaded`);
  const size = Math.max(1, Math.min(mostPerBatch, Math.ceil(inputs.length / pool.seats.length)));
  const starts = Array.from({ length: Math.ceil(inputs.length / size) }, (_, index) => index * size);
  const parts = await Promise.all(starts.map((start) => submit(pool, key, inputs.slice(start, start + size))));
  return parts.flat();
};

const load = async (pool: WorkerPool, { key, wasm, data, reads = {} }: LoadableModule): Promise<void> => {
  pool.leaving.delete(key);
  if (pool.loaded.has(key)) return;
  const module = await WebAssembly.compile(wasm);
  if (pool.loaded.has(key) || pool.closed) return;
  const message: LoadMessage = {
    type: 'load',
    key,
    module,
    data: JSON.stringify(data ?? {}),
    shown: shownToPolicies(reads),
  };
  pool.loaded.set(key, message);
  tellAll(pool, message);
};

const lookAgainMillis = 20;

/** Invariant: a worker never lacks a module that a batch asks, and a key that is loaded again meanwhile stays. */
const unload = async (pool: WorkerPool, key: string): Promise<void> => {
  pool.leaving.add(key);
  while (isAsked(pool, key) && pool.leaving.has(key) && !pool.closed) await sleep(lookAgainMillis);
  if (!pool.leaving.delete(key) || !pool.loaded.delete(key)) return;
  pool.suspensions.forget(key);
  pool.excesses.forget(key);
  tellAll(pool, { type: 'unload', key });
};

const close = async (pool: WorkerPool, timer: NodeJS.Timeout): Promise<void> => {
  if (pool.closed) return;
  pool.closed = true;
  clearInterval(timer);
  const left = pool.seats.map(leaveSeat);
  const waiting = [...pool.queue.splice(0), ...pool.seats.flatMap(({ batches }) => batches.splice(0))];
  waiting.forEach(({ reject }) => reject(new Error('the policy engine was closed')));
  await Promise.all(left);
};

/**
 * Starts worker threads that judge inputs. A policy that takes longer than its deadline is ended with its worker, the
 * worker is replaced, and all other policies and inputs are still answered. It is asked about that input once more, alone:
 * what exceeds the limits then is the input's error, and the policy goes on for others (docs/adr/0163).
 */
export const startPolicyEngine = async (options: PolicyEngineOptions): Promise<PolicyEngine> => {
  checkOptions(options);
  const pool = newPool(options);
  const timer = watchDeadlines(pool);
  return {
    load: (module) => load(pool, module),
    evaluate: (request) => evaluate(pool, request),
    unload: (key) => unload(pool, key),
    close: () => close(pool, timer),
  };
};
