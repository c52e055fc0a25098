/*
 * The way of an input through the engine, and the files in its order.
 *
 *   pool/start-policy-engine.ts   main thread: loads policy sets, splits a request into batches, watches deadlines
 *   pool/batch.ts                 a batch, what it still asks, what is asked apart, and the job that a worker is sent
 *   pool/worker-pool.ts           which worker gets it; what is asked alone when a worker has to be ended
 *     pool/settle-without-asking.ts  what is answered without a worker, or asked apart at once
 *     pool/weigh-answers.ts       what is booked for and against policies
 *     pool/worker-seat.ts         a place for a worker, which may be replaced in it
 *     pool/start-worker.ts        starts the thread
 *       pool/quiet-heap.ts        with a heap that is seldom collected whole
 *     pool/deadline-watch.ts      whether a worker has been in one step for too long
 *     pool/suspension.ts          which policies are not asked for a while, by what they waste
 *     pool/known-excesses.ts      which inputs made a policy exceed its limits
 *
 *   worker-messages.ts            what crosses between the threads, with
 *     progress.ts                 what a worker is doing, in memory that both see
 *     packed-answers.ts           the answers of a job, each said once
 *
 *   worker/policy-worker.ts       the worker: takes jobs, gives answers
 *   worker/held-module.ts         a policy set in a worker, and a step of work under watch
 *   worker/judge-inputs.ts        each input of a job
 *     worker/read-moment.ts       the instants that it is judged as of
 *   worker/ask-policy.ts          each policy about it: known before, or asked, and asked again as of later
 *     worker/known-answers.ts     what was said of the same part before
 *
 *   cut-input/shown-members.ts    when a set is loaded: the members that each policy reads, from its text
 *   cut-input/plan-cuts.ts        which of them to look for in an input, once for all policies
 *   cut-input/cut-input.ts        for an input: the part of it that a policy is shown
 *     cut-input/find-members.ts   where its members lie, without reading their values
 *
 *   wasm/wasm-instance.ts         the module of a set: asks an entrypoint
 *     wasm/parsed-parts.ts        the parts of the present input that are in its memory
 *     wasm/host-imports.ts        what the module calls: built-ins, abort
 *       wasm/linked-built-ins.ts  those that the module asks of the host instead of OPA's runtime
 *       wasm/known-results.ts     what a built-in gave for the same operands
 *     wasm/wasm-memory.ts         text and bytes in and out
 *     wasm/opa-exports.ts         the functions that OPA puts into a module
 *     wasm/web-assembly.d.ts      what of WebAssembly Node's types lack
 *
 *   worker/answer-of.ts           the module's document as match, reasons and output
 *   policy-fault.ts               whatever was thrown on the way, as the error of an answer
 *   engine-version.ts             what an answer depends on besides module, data, input and clock
 *   policy-engine.ts              here: what the engine promises
 */

import type { PolicyReads } from '../reads/policy-reads.js';

/** Why a policy gave no answer. */
export type PolicyErrorCode =
  | 'deadline_exceeded'
  | 'memory_exceeded'
  | 'conflict'
  | 'builtin_failed'
  | 'builtin_missing'
  | 'bad_input'
  | 'engine_fault'
  | 'suspended';

/** A policy's fault. It is never to be read as "no match": what follows is the policy's failure mode. */
export type PolicyError = { readonly code: PolicyErrorCode; readonly message: string };

/**
 * How an answer depends on time. timeless: the clock was not asked, so it is the answer at any instant. steady: the match
 * is the same at `later`. moving: it differs there, or nobody knows, because of an error or for want of a `later`.
 */
export type Timing = 'timeless' | 'steady' | 'moving';

/** One policy's answer about one input. */
export type PolicyAnswer = {
  readonly policyId: string;
  /** `null` with no error: the rule `match` is undefined for this input. `null` with an error: nobody knows. */
  readonly match: boolean | null;
  /** The elements (array, set) or keys (object) of `reason`, sorted; what is not a string is given as JSON text. */
  readonly reasons: readonly string[];
  /** JSON text of the whole package document, exact in every number; `{}` on error. */
  readonly output: string;
  readonly error: PolicyError | null;
  readonly timing: Timing;
  /** Wall-clock time of the evaluation, without parsing the input; 0 when the policy had been asked of the same members before. */
  readonly durationMicros: number;
};

/** One input and the policies to ask about it. */
export type EvaluationInput = {
  /** JSON bytes of the facts document: Rego's `input`. */
  readonly input: Uint8Array;
  /** The instant `time.now_ns` tells, RFC 3339, up to nanoseconds. */
  readonly now: string;
  /** An instant behind `now`, RFC 3339: whoever asks the clock is asked again as of then, for `timing`. */
  readonly later?: string;
  /** Policy ids. */
  readonly asks: readonly string[];
};

export type EvaluationRequest = { readonly key: string; readonly inputs: readonly EvaluationInput[] };

/** A module with its parameters. `key` names the pair (the policy set's digest). */
export type LoadableModule = {
  readonly digest: string;
  readonly wasm: Uint8Array;
  /** What `parameterData` made. */
  readonly data: unknown;
  readonly key: string;
  /** What policies read, by policy id. A policy listed here is shown that much of an input and no more; others see all of it. */
  readonly reads?: Readonly<Record<string, Pick<PolicyReads, 'inputPaths'>>>;
};

/** Judges inputs in worker threads, each policy within its deadline and memory. */
export interface PolicyEngine {
  /** Makes a module known under its key. Loading a known key again does nothing. */
  load(module: LoadableModule): Promise<void>;
  /** Answers in the order of inputs and asks. Rejects for an unknown key; what a policy does wrong is in its answer. */
  evaluate(request: EvaluationRequest): Promise<readonly (readonly PolicyAnswer[])[]>;
  /** Forgets a key, once what is under way for it is answered. An unknown key is fine. */
  unload(key: string): Promise<void>;
  /** Ends the workers. Evaluations under way are rejected. */
  close(): Promise<void>;
}

export type PolicyEngineOptions = {
  readonly workers: number;
  /** Longest time one policy may take on one input. */
  readonly deadlineMillis: number;
  /** Limit of one module instance's Wasm memory, input included. */
  readonly memoryMegabytes: number;
  /** By which time makes up for what a policy wasted; a clock that never goes back. The process's own when absent. */
  readonly clockMillis?: () => number;
};
