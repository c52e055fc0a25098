export { OpaUnavailable } from './compile/opa-compiler.js';
export type { OpaCompiler, OpaOrigin } from './compile/opa-compiler.js';
export { RegoRefused } from './compile/check-report.js';
export { OpaOverran } from './compile/opa-overran.js';
export type { CheckReport, Finding } from './compile/check-report.js';
export type { CompiledModule } from './compile/compiled-module.js';
export { READS_EVERYTHING, trustedReads } from './reads/policy-reads.js';
export type { PolicyReads } from './reads/policy-reads.js';
export type {
  EvaluationInput,
  EvaluationRequest,
  LoadableModule,
  PolicyAnswer,
  Timing,
  PolicyEngine,
  PolicyEngineOptions,
  PolicyError,
  PolicyErrorCode,
} from './engine/policy-engine.js';

export { checkRego } from './compile/check-rego.js';
export { compileModule } from './compile/compile-module.js';
export type { PolicySource } from './compile/compile-module.js';
export { findOpa } from './compile/find-opa.js';
export type { FindOpaOptions } from './compile/find-opa.js';
export { parameterData } from './compile/parameter-data.js';
export { evalNatively, type NativeAnswer, type NativeQuestion } from './test-policies/eval-natively.js';
export { testRego } from './test-policies/test-rego.js';
export type { RegoTest, RegoTestFile, RegoTestReport } from './test-policies/test-rego.js';
export { ENGINE_VERSION, engineDigest } from './engine/engine-version.js';
export { startPolicyEngine } from './engine/pool/start-policy-engine.js';
export { readsPath } from './reads/reads-path.js';
export { inputShape } from './reads/input-shape.js';
export { elementShape, memberShape } from './reads/shape.js';
export type { Shape } from './reads/shape.js';
