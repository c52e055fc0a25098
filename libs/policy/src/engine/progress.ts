/** What a worker is doing, readable by the main thread while the worker cannot answer. */
export type Progress = {
  /** Odd while a policy (or the parser) is at work, even in between; grows by one with every change. */
  readonly sequence: number;
  readonly job: number;
  readonly input: number;
  /** Which ask of the input; -1 while the input is being parsed. */
  readonly ask: number;
};

const slots = { sequence: 0, job: 1, input: 2, ask: 3 } as const;

export const newProgress = (): SharedArrayBuffer => new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT);

export const readProgress = (cells: Int32Array): Progress => ({
  sequence: Atomics.load(cells, slots.sequence),
  job: Atomics.load(cells, slots.job),
  input: Atomics.load(cells, slots.input),
  ask: Atomics.load(cells, slots.ask),
});

/** Says what begins. Invariant: the place is written before the sequence turns odd. */
export const beginWork = (cells: Int32Array, job: number, input: number, ask: number): void => {
  Atomics.store(cells, slots.job, job);
  Atomics.store(cells, slots.input, input);
  Atomics.store(cells, slots.ask, ask);
  Atomics.add(cells, slots.sequence, 1);
};

/** Says that what began has ended. */
export const endWork = (cells: Int32Array): void => void Atomics.add(cells, slots.sequence, 1);
