import type { PackedAnswers } from './packed-answers.js';
import type { Shown } from './cut-input/shown-members.js';

/** What a worker gets when it starts. */
export type WorkerSettings = {
  readonly memoryMegabytes: number;
  /** See `progress.ts`. */
  readonly progress: SharedArrayBuffer;
};

/** The instants that an input is judged as of, RFC 3339. */
export type Moment = { readonly now: string; readonly later: string | null };

/** Some inputs of one request, their bytes one after the other in `bytes`. */
export type Job = {
  readonly id: number;
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each input ends in `bytes`. */
  readonly ends: readonly number[];
  /** When each input is judged; the same object for neighbours that are judged as of the same instants. */
  readonly moments: readonly Moment[];
  readonly asks: readonly (readonly string[])[];
};

export type ToWorker =
  | {
      readonly type: 'load';
      readonly key: string;
      readonly module: WebAssembly.Module;
      readonly data: string;
      readonly shown: ReadonlyMap<string, Shown>;
    }
  | { readonly type: 'unload'; readonly key: string }
  | { readonly type: 'run'; readonly job: Job }
  | { readonly type: 'end' };

/** Answers in the order of the job's inputs and asks. */
export type FromWorker = { readonly id: number; readonly answers: PackedAnswers };
