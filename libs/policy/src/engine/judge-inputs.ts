import { parseRfc3339 } from '../built-ins/parse-rfc3339.js';
import { answerOf } from './answer-of.js';
import { PolicyFault, policyErrorOf } from './policy-fault.js';
import type { Judgement } from './packed-answers.js';
import type { PolicyError, Timing } from './policy-engine.js';
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
  timing: 'moving',
  micros,
});

const microsSince = (startedAt: number): number => Math.round((performance.now() - startedAt) * 1000);

const nanosOf = (name: 'now' | 'later', instant: string): bigint => {
  const nanos = parseRfc3339(instant);
  if (nanos === undefined) throw new PolicyFault('bad_input', `${name} is "${instant.slice(0, 50)}": it must be RFC 3339`);
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

/** An instance that has its input, and the instants that are asked about. */
interface Ready {
  readonly instance: WasmInstance;
  readonly now: bigint;
  readonly later: bigint | null;
}

const readyInstance = (held: HeldModule, settings: JudgeSettings, bytes: Uint8Array, at: { readonly now: string; readonly later: string | null }): Ready => {
  const now = nanosOf('now', at.now);
  const later = at.later === null ? null : nanosOf('later', at.later);
  held.instance ??= openInstance(held.source, settings.memoryMegabytes);
  try {
    held.instance.setInput(bytes);
  } catch (error) {
    // Before any policy was asked no policy can be blamed: it is the input that does not fit.
    if (!(error instanceof PolicyFault) || error.code !== 'memory_exceeded') throw error;
    throw new PolicyFault('bad_input', `the input of ${bytes.length} bytes needs more memory than an evaluation may have`, { cause: error });
  }
  return { instance: held.instance, now, later };
};

const askOne = ({ instance }: Pick<Ready, 'instance'>, policyId: string, nowNanos: bigint): Omit<Judgement, 'timing'> => {
  const entrypoint = instance.entrypoints.get(policyId);
  if (entrypoint === undefined) throw new PolicyFault('engine_fault', `the module has no policy "${policyId}"`);
  const startedAt = performance.now();
  const said = answerOf(instance.ask(entrypoint, nowNanos));
  return { said, micros: microsSince(startedAt) };
};

/** Invariant: a policy that did not look at the clock would have said the same at any instant, since nothing else it sees moves. */
const timingOf = (match: boolean | null, later: Omit<Judgement, 'timing'> | { readonly error: PolicyError }): Timing =>
  'said' in later && (later.said.match === true) === (match === true) ? 'steady' : 'moving';

const judgeInput = (held: HeldModule, job: Job, index: number, settings: JudgeSettings): readonly Judgement[] => {
  const asks = job.asks[index] ?? [];
  if (asks.length === 0) return [];
  const bytes = job.bytes.subarray(job.ends[index - 1] ?? 0, job.ends[index]);
  const at = { now: job.nows[index] ?? '', later: job.laters[index] ?? null };
  const open = () => watched(held, settings, [job.id, index, -1], () => readyInstance(held, settings, bytes, at));
  let ready = open();
  return asks.map((policyId, ask) => {
    if ('error' in ready) return failed(ready.error);
    const { instance, now, later } = ready;
    const askAt = (instant: bigint) => watched(held, settings, [job.id, index, ask], () => askOne({ instance }, policyId, instant));
    const startedAt = performance.now();
    const answer = askAt(now);
    if (!('said' in answer)) {
      ready = open();
      return failed(answer.error, microsSince(startedAt));
    }
    if (!instance.askedClock()) return { ...answer, timing: 'timeless' };
    if (later === null) return { ...answer, timing: 'moving' };
    const ahead = askAt(later);
    if (!('said' in ahead)) ready = open();
    return { ...answer, timing: timingOf(answer.said.match, ahead) };
  });
};

/** Judges the inputs of a job, one judgement per ask. Never throws for what a policy or an input does. */
export const judgeInputs = (held: HeldModule, job: Job, settings: JudgeSettings): readonly Judgement[] =>
  job.ends.flatMap((_, index) => {
    const answers = judgeInput(held, job, index, settings);
    if ((held.instance?.memoryBytes() ?? 0) > recycleBytes) held.instance = undefined;
    return answers;
  });
