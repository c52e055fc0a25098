import { parseGoTime } from '../built-ins/parse-go-time.js';
import { layoutNamed } from '../built-ins/go-layout.js';
import { answerOf } from './answer-of.js';
import { PolicyFault, policyErrorOf } from './policy-fault.js';
import type { Judgement } from './packed-answers.js';
import type { PolicyError } from './policy-engine.js';
import { beginWork, endWork } from './progress.js';
import { openInstance } from './wasm-instance.js';
import type { WasmInstance, WasmSource } from './wasm-instance.js';
import type { Job } from './worker-messages.js';

/** A module that a worker holds; its instance is opened when needed and dropped after any throw. */
export type HeldModule = { readonly source: WasmSource; instance: WasmInstance | undefined };

export type JudgeSettings = { readonly memoryMegabytes: number; readonly progress: Int32Array };

/** An instance that has grown beyond this is dropped after use: Wasm memory never shrinks. */
const recycleBytes = 32 * 2 ** 20;

const failed = (error: PolicyError, micros = 0): Judgement => ({
  said: { match: null, reasons: [], output: '{}', error },
  micros,
});

const microsSince = (startedAt: number): number => Math.round((performance.now() - startedAt) * 1000);

const nanosOfNow = (now: string): bigint => {
  const nanos = parseGoTime(layoutNamed('RFC3339'), now);
  if (nanos === undefined) throw new PolicyFault('bad_input', `now is "${now.slice(0, 50)}": it must be RFC 3339`);
  return nanos;
};

/** Runs one step under watch; after a throw the instance is gone and the next step opens another. */
const watched = <T>(
  held: HeldModule,
  { progress }: JudgeSettings,
  place: readonly [job: number, input: number, ask: number],
  step: () => T,
): T | { readonly error: PolicyError } => {
  beginWork(progress, ...place);
  try {
    return step();
  } catch (error) {
    held.instance = undefined;
    return { error: policyErrorOf(error) };
  } finally {
    endWork(progress);
  }
};

const readyInstance = (held: HeldModule, settings: JudgeSettings, bytes: Uint8Array, now: string): WasmInstance => {
  const nowNanos = nanosOfNow(now);
  held.instance ??= openInstance(held.source, settings.memoryMegabytes);
  try {
    held.instance.setInput(bytes, nowNanos);
  } catch (error) {
    // Before any policy was asked no policy can be blamed: it is the input that does not fit.
    if (!(error instanceof PolicyFault) || error.code !== 'memory_exceeded') throw error;
    throw new PolicyFault('bad_input', `the input of ${bytes.length} bytes needs more memory than an evaluation may have`, { cause: error });
  }
  return held.instance;
};

const askOne = (instance: WasmInstance, policyId: string): Judgement => {
  const entrypoint = instance.entrypoints.get(policyId);
  if (entrypoint === undefined) throw new PolicyFault('engine_fault', `the module has no policy "${policyId}"`);
  const startedAt = performance.now();
  const said = answerOf(instance.ask(entrypoint));
  return { said, micros: microsSince(startedAt) };
};

const judgeInput = (held: HeldModule, job: Job, index: number, settings: JudgeSettings): readonly Judgement[] => {
  const asks = job.asks[index] ?? [];
  if (asks.length === 0) return [];
  const bytes = job.bytes.subarray(job.ends[index - 1] ?? 0, job.ends[index]);
  const open = () => watched(held, settings, [job.id, index, -1], () => readyInstance(held, settings, bytes, job.nows[index] ?? ''));
  let ready = open();
  return asks.map((policyId, ask) => {
    if ('error' in ready) return failed(ready.error);
    const instance = ready;
    const startedAt = performance.now();
    const answer = watched(held, settings, [job.id, index, ask], () => askOne(instance, policyId));
    if ('said' in answer) return answer;
    ready = open();
    return failed(answer.error, microsSince(startedAt));
  });
};

/** Judges the inputs of a job, one judgement per ask. Never throws for what a policy or an input does. */
export const judgeInputs = (held: HeldModule, job: Job, settings: JudgeSettings): readonly Judgement[] =>
  job.ends.flatMap((_, index) => {
    const answers = judgeInput(held, job, index, settings);
    if ((held.instance?.memoryBytes() ?? 0) > recycleBytes) held.instance = undefined;
    return answers;
  });
