import type { CutInput, InputPart } from '../cut-input/cut-input.js';
import type { Judgement } from '../packed-answers.js';
import type { PolicyError, PolicyErrorCode, Timing } from '../policy-engine.js';
import { PolicyFault } from '../policy-fault.js';
import type { WasmInstance } from '../wasm/wasm-instance.js';
import { answerOf, type Judged } from './answer-of.js';
import { instanceOf, watched, type HeldModule, type JudgeSettings } from './held-module.js';
import type { Instants } from './read-moment.js';

/** One input of a job. */
export interface Subject {
  readonly held: HeldModule;
  readonly settings: JudgeSettings;
  readonly input: CutInput;
  readonly instants: Instants;
  readonly job: number;
  readonly index: number;
}

/**
 * Asks a policy. Invariant: what is kept was said without a look at the clock, of exactly what the policy is shown; and what
 * others were asked before in the same memory makes nobody fail.
 */
export const askPolicy = (subject: Subject, policyId: string, ask: number): Judgement => {
  const { held, input } = subject;
  const part = input.part(policyId);
  const known = held.known.of(policyId, part.text);
  if (known !== undefined) return { said: known, timing: 'timeless', micros: 0 };
  const isAlone = held.instance === undefined;
  const judgement = askAbout(subject, policyId, ask, part);
  const { error } = judgement.said;
  return isAlone || error === null || !OF_THE_MEMORY.has(error.code)
    ? judgement
    : askAbout(subject, policyId, ask, part);
};

/** What the memory of an instance may be the cause of, which holds parts of the input for other policies too. */
const OF_THE_MEMORY: ReadonlySet<PolicyErrorCode> = new Set(['memory_exceeded', 'bad_input', 'engine_fault']);

/** In the instance that is there, or in a fresh one after a throw. */
const askAbout = (subject: Subject, policyId: string, ask: number, part: InputPart): Judgement => {
  const { held, settings, instants, job, index } = subject;
  const ready = watched(held, settings, [job, index, ask], () => showPart(subject, part));
  if ('error' in ready) return failedAnswer(ready.error);
  const askAt = (instant: bigint) =>
    watched(held, settings, [job, index, ask], () => askInstance(ready, policyId, instant));
  const startedAt = performance.now();
  const answer = askAt(instants.now);
  if (!('said' in answer)) return failedAnswer(answer.error, microsSince(startedAt));
  if (!ready.instance.askedClock()) {
    held.known.keep(policyId, part.text, answer.said);
    return { ...answer, timing: 'timeless' };
  }
  return { ...answer, timing: instants.later === null ? 'moving' : timingOf(answer, askAt(instants.later)) };
};

/** A policy's question about a part that is in the memory of an instance. */
interface Ready {
  readonly instance: WasmInstance;
  readonly shown: number;
}

const showPart = ({ held, settings, input }: Subject, part: InputPart): Ready => {
  const instance = instanceOf(held, settings);
  try {
    return { instance, shown: instance.input.show(part) };
  } catch (cause) {
    // Before any policy was asked no policy can be blamed: it is the input that does not fit.
    if (!(cause instanceof PolicyFault) || cause.code !== 'memory_exceeded') throw cause;
    const message = `the input of ${input.byteLength} bytes needs more memory than an evaluation may have`;
    throw new PolicyFault('bad_input', message, { cause });
  }
};

/** What a policy said, before anybody knows how that depends on time. */
interface Answer {
  readonly said: Judged;
  readonly micros: number;
}

const askInstance = ({ instance, shown }: Ready, policyId: string, nowNanos: bigint): Answer => {
  const entrypoint = instance.entrypoints.get(policyId);
  if (entrypoint === undefined) throw new PolicyFault('engine_fault', `the module has no policy "${policyId}"`);
  const startedAt = performance.now();
  const said = answerOf(instance.ask(entrypoint, shown, nowNanos));
  return { said, micros: microsSince(startedAt) };
};

/**
 * Of a policy that looked at the clock. Invariant: one that did not would have said the same at any instant, since
 * nothing else it sees moves.
 */
const timingOf = ({ said }: Answer, later: Answer | { readonly error: PolicyError }): Timing =>
  'said' in later && (later.said.match === true) === (said.match === true) ? 'steady' : 'moving';

const microsSince = (startedAt: number): number => Math.round((performance.now() - startedAt) * 1000);

/** The answer of a policy that could not be asked, or gave none. */
export const failedAnswer = (error: PolicyError, micros = 0): Judgement => ({
  said: { match: null, reasons: [], output: '{}', error },
  timing: 'moving',
  micros,
});
