import type { PackedAnswers } from './packed-answers.js';
import type { Shown } from './shown-members.js';

/** What a worker gets when it starts. */
export type WorkerSettings = {
  readonly memoryMegabytes: number;
  /** See `progress.ts`. */
  readonly progress: SharedArrayBuffer;
};

/** Some inputs of one request, their bytes one after the other in `bytes`. */
export type Job = {
  readonly id: number;
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each input ends in `bytes`. */
  readonly ends: readonly number[];
  readonly nows: readonly string[];
  readonly laters: readonly (string | null)[];
  readonly asks: readonly (readonly string[])[];
};

export type ToWorker =
  | { readonly type: 'load'; readonly key: string; readonly module: WebAssembly.Module; readonly data: string; readonly shown: ReadonlyMap<string, Shown> }
  | { readonly type: 'unload'; readonly key: string }
  | { readonly type: 'run'; readonly job: Job };

/** Answers in the order of the job's inputs and asks. */
export type FromWorker = { readonly id: number; readonly answers: PackedAnswers };
