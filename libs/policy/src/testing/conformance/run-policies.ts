import { RegoRefused } from '../../compile/check-report.js';
import { compileModule } from '../../compile/compile-module.js';
import type { CompiledModule } from '../../compile/compiled-module.js';
import type { OpaCompiler } from '../../compile/opa-compiler.js';
import { parameterData } from '../../compile/parameter-data.js';
import type { PolicyEngine } from '../../engine/policy-engine.js';
import { answerTo, type Answer } from './answer-to-case.js';
import { caseAsPolicy } from './case-as-policy.js';
import type { ConformanceCase } from './conformance-case.js';
import { refusedWhenSaved } from './refused-cases.js';

export type CasesById = ReadonlyMap<string, ConformanceCase>;

/** So many policies to a module: fewer runs of OPA, and not too much to build again when one is refused. */
const batchSize = 100;

/** Compiles what can be compiled and tells why the rest cannot. */
const compileAll = async (
  opa: OpaCompiler,
  cases: CasesById,
  refused: Map<string, string>,
): Promise<CompiledModule | undefined> => {
  for (;;) {
    const left = [...cases].filter(([id]) => !refused.has(id));
    if (left.length === 0) return undefined;
    try {
      return await compileModule(
        opa,
        left.map(([id, one]) => ({ id, rego: caseAsPolicy(one) })),
      );
    } catch (error) {
      if (!(error instanceof RegoRefused)) throw error;
      refused.set(error.policyId, error.findings[0]?.message ?? error.message);
    }
  }
};

const batchesOf = (cases: CasesById): readonly CasesById[] => {
  const all = [...cases];
  const starts = Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) => index * batchSize);
  return starts.map((start) => new Map(all.slice(start, start + batchSize)));
};

/** Runs cases as policies: saved, compiled, shown what they read, asked. */
export const runPolicies = async (
  opa: OpaCompiler,
  engine: PolicyEngine,
  cases: CasesById,
): Promise<ReadonlyMap<string, Answer>> => {
  const refused = new Map(await refusedWhenSaved(opa, new Map([...cases].map(([id, one]) => [id, caseAsPolicy(one)]))));
  const answers = new Map<string, Answer>();
  for (const batch of batchesOf(new Map([...cases].filter(([id]) => !refused.has(id))))) {
    const compiled = await compileAll(opa, batch, refused);
    if (compiled === undefined) continue;
    await engine.load({ ...compiled, key: compiled.digest, data: parameterData({}) });
    for (const [id, one] of batch)
      if (!refused.has(id)) answers.set(id, await answerTo(engine, compiled.digest, id, one));
    await engine.unload(compiled.digest);
  }
  for (const [id, reason] of refused) answers.set(id, { refused: reason });
  return answers;
};
