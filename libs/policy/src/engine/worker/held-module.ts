import { planCuts, type CutPlan } from '../cut-input/plan-cuts.js';
import type { Shown } from '../cut-input/shown-members.js';
import type { PolicyError } from '../policy-engine.js';
import { policyErrorOf } from '../policy-fault.js';
import { beginWork, endWork } from '../progress.js';
import { openInstance, type WasmInstance, type WasmSource } from '../wasm/wasm-instance.js';
import { newKnownAnswers, type KnownAnswers } from './known-answers.js';

/** A module that a worker holds; its instance is opened when needed and dropped after any throw. */
export type HeldModule = {
  readonly source: WasmSource;
  readonly cuts: CutPlan;
  readonly known: KnownAnswers;
  instance: WasmInstance | undefined;
};

export type JudgeSettings = { readonly memoryMegabytes: number; readonly progress: Int32Array };

/** `shown`: what each policy is shown, by its id; all of the input when it is not listed. */
export const holdModule = (source: WasmSource, shown: ReadonlyMap<string, Shown> = new Map()): HeldModule => ({
  source,
  cuts: planCuts(shown),
  known: newKnownAnswers(),
  instance: undefined,
});

export const instanceOf = (held: HeldModule, { memoryMegabytes }: JudgeSettings): WasmInstance =>
  (held.instance ??= openInstance(held.source, memoryMegabytes));

/** An instance that has grown beyond this is dropped after use: Wasm memory never shrinks. */
const RECYCLE_BYTES = 32 * 2 ** 20;

export const dropGrownInstance = (held: HeldModule): void => {
  if ((held.instance?.memoryBytes() ?? 0) > RECYCLE_BYTES) held.instance = undefined;
};

/** Which step of a job is under way; the ask is -1 while an input is being read. */
export type StepPlace = readonly [job: number, input: number, ask: number];

/** Runs one step under watch; after a throw the instance is gone and the next step opens another. */
export const watched = <T>(
  held: HeldModule,
  { progress }: JudgeSettings,
  place: StepPlace,
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
