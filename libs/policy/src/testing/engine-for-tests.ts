import { compileModule } from '../compile/compile-module.js';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { parameterData } from '../compile/parameter-data.js';
import type { PolicyAnswer, PolicyEngine, PolicyEngineOptions } from '../engine/policy-engine.js';
import { startPolicyEngine } from '../engine/pool/start-policy-engine.js';

/** A generous engine: tests of what policies mean must not depend on how busy the machine is. */
export const patientOptions: PolicyEngineOptions = { workers: 1, deadlineMillis: 5_000, memoryMegabytes: 128 };

export const fixedNow = '2026-08-02T10:20:30.123456789Z';
export const fixedNanos = 1_785_666_030_123_456_789n;

/** Compiles policies by id, loads them under `key` and starts an engine that shows them all of an input, or what each reads. */
export const engineFor = async (
  opa: OpaCompiler,
  policies: Readonly<Record<string, string>>,
  options: PolicyEngineOptions = patientOptions,
  parameters: Readonly<Record<string, unknown>> = {},
  showing: 'all' | 'what is read' = 'all',
): Promise<PolicyEngine> => {
  const sources = Object.entries(policies).map(([id, rego]) => ({ id, rego }));
  const { digest, wasm, reads } = await compileModule(opa, sources);
  const engine = await startPolicyEngine(options);
  await engine.load({
    key: 'key',
    digest,
    wasm,
    data: parameterData(parameters),
    ...(showing === 'what is read' && { reads }),
  });
  return engine;
};

export const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** One input, some policies, one answer each. */
export const judge = async (
  engine: PolicyEngine,
  input: unknown,
  asks: readonly string[],
  now = fixedNow,
): Promise<readonly PolicyAnswer[]> => {
  const [answers = []] = await engine.evaluate({ key: 'key', inputs: [{ input: bytesOf(input), now, asks }] });
  return answers;
};
