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
};
