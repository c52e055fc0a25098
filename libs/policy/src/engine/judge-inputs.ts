import { parseRfc3339 } from '../built-ins/parse-rfc3339.js';
import { answerOf, type Judged } from './answer-of.js';
import { PolicyFault, policyErrorOf } from './policy-fault.js';
import type { Judgement } from './packed-answers.js';
import type { PolicyError, Timing } from './policy-engine.js';
import { beginWork, endWork } from './progress.js';
import { newKnownAnswers, type KnownAnswers } from './known-answers.js';
import { offerInput, type OfferedInput, type ShownPart } from './offered-input.js';
import type { Shown } from './shown-members.js';
import { planShown, type ShownPlan } from './shown-plan.js';
import { openInstance } from './wasm-instance.js';
import type { WasmInstance, WasmSource } from './wasm-instance.js';
import type { Job, Moment } from './worker-messages.js';

/** A module that a worker holds; its instance is opened when needed and dropped after any throw. */
export type HeldModule = {
  readonly source: WasmSource;
  readonly shown: ShownPlan;
  readonly known: KnownAnswers;
  instance: WasmInstance | undefined;
};

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

/** `shown`: what each policy is shown, by its id; all of the input when it is not listed. */
export const holdModule = (source: WasmSource, shown: ReadonlyMap<string, Shown> = new Map()): HeldModule => ({ source, shown: planShown(shown), known: newKnownAnswers(), instance: undefined });

/** The instants that an input is judged as of. */
interface Instants {
  readonly now: bigint;
  readonly later: bigint | null;
}

let lastRead: { readonly moment: Moment; readonly instants: Instants } | undefined;

/** Read once for neighbours that are judged as of the same instants. */
const instantsOf = (moment: Moment): Instants => {
  if (lastRead?.moment !== moment) lastRead = { moment, instants: { now: nanosOf('now', moment.now), later: moment.later === null ? null : nanosOf('later', moment.later) } };
  return lastRead.instants;
};

const NO_MOMENT: Moment = { now: '', later: null };

/** What a policy said, before anybody knows how that depends on time. */
interface Answer {
  readonly said: Judged;
  readonly micros: number;
}

/** A policy's question about an input that is in the memory of an instance. */
interface Ready {
  readonly instance: WasmInstance;
  readonly shown: number;
}

const showInput = (held: HeldModule, settings: JudgeSettings, input: OfferedInput, part: ShownPart): Ready => {
  held.instance ??= openInstance(held.source, settings.memoryMegabytes);
  try {
    return { instance: held.instance, shown: held.instance.input.show(part) };
  } catch (error) {
    // Before any policy was asked no policy can be blamed: it is the input that does not fit.
    if (!(error instanceof PolicyFault) || error.code !== 'memory_exceeded') throw error;
    throw new PolicyFault('bad_input', `the input of ${input.byteLength} bytes needs more memory than an evaluation may have`, { cause: error });
  }
};

const askOne = ({ instance, shown }: Ready, policyId: string, nowNanos: bigint): Answer => {
  const entrypoint = instance.entrypoints.get(policyId);
  if (entrypoint === undefined) throw new PolicyFault('engine_fault', `the module has no policy "${policyId}"`);
  const startedAt = performance.now();
  const said = answerOf(instance.ask(entrypoint, shown, nowNanos));
  return { said, micros: microsSince(startedAt) };
};

/** Invariant: a policy that did not look at the clock would have said the same at any instant, since nothing else it sees moves. */
const timingOf = (match: boolean | null, later: Answer | { readonly error: PolicyError }): Timing =>
  'said' in later && (later.said.match === true) === (match === true) ? 'steady' : 'moving';

/** One input of a job. */
interface Subject {
  readonly held: HeldModule;
  readonly settings: JudgeSettings;
  readonly input: OfferedInput;
  readonly instants: Instants;
  readonly job: number;
  readonly index: number;
}

/** Asks a policy. Invariant: what is kept was said without a look at the clock, of exactly what the policy is shown. */
const askPolicy = (subject: Subject, policyId: string, ask: number): Judgement => {
  const { held, settings, input, instants, job, index } = subject;
  const part = input.part(policyId);
  const known = held.known.of(policyId, part.text);
  if (known !== undefined) return { said: known, timing: 'timeless', micros: 0 };
  const ready = watched(held, settings, [job, index, -1], () => showInput(held, settings, input, part));
  if ('error' in ready) return failed(ready.error);
  const askAt = (instant: bigint) => watched(held, settings, [job, index, ask], () => askOne(ready, policyId, instant));
  const startedAt = performance.now();
  const answer = askAt(instants.now);
  if (!('said' in answer)) return failed(answer.error, microsSince(startedAt));
  if (!ready.instance.askedClock()) {
    held.known.keep(policyId, part.text, answer.said);
    return { ...answer, timing: 'timeless' };
  }
  return { ...answer, timing: instants.later === null ? 'moving' : timingOf(answer.said.match, askAt(instants.later)) };
};

const judgeInput = (held: HeldModule, job: Job, index: number, settings: JudgeSettings): readonly Judgement[] => {
  const asks = job.asks[index] ?? [];
  if (asks.length === 0) return [];
  const input = offerInput(job.bytes.subarray(job.ends[index - 1] ?? 0, job.ends[index]), held.shown);
  const instants = watched(held, settings, [job.id, index, -1], () => instantsOf(job.moments[index] ?? NO_MOMENT));
  if ('error' in instants) return asks.map(() => failed(instants.error));
  held.instance?.input.begin();
  return asks.map((policyId, ask) => askPolicy({ held, settings, input, instants, job: job.id, index }, policyId, ask));
};

/** Judges the inputs of a job, one judgement per ask. Never throws for what a policy or an input does. */
export const judgeInputs = (held: HeldModule, job: Job, settings: JudgeSettings): readonly Judgement[] =>
  job.ends.flatMap((_, index) => {
    const answers = judgeInput(held, job, index, settings);
    if ((held.instance?.memoryBytes() ?? 0) > recycleBytes) held.instance = undefined;
    return answers;
  });
