import type { CheckReport } from './compile/check-report.js';
import type { CompiledModule } from './compile/compiled-module.js';
import type { OpaCompiler } from './compile/opa-compiler.js';
import type { PolicyEngine, PolicyEngineOptions } from './engine/policy-engine.js';
import type { PolicyReads } from './reads/policy-reads.js';

export { OpaUnavailable } from './compile/opa-compiler.js';
export type { OpaCompiler, OpaOrigin } from './compile/opa-compiler.js';
export { RegoRefused } from './compile/check-report.js';
export type { CheckReport, Finding } from './compile/check-report.js';
export type { CompiledModule } from './compile/compiled-module.js';
export type { PolicyReads } from './reads/policy-reads.js';
export type {
  EvaluationInput,
  EvaluationRequest,
  LoadableModule,
  PolicyAnswer,
  PolicyEngine,
  PolicyEngineOptions,
  PolicyError,
  PolicyErrorCode,
} from './engine/policy-engine.js';

const unfinished = (): never => {
  throw new Error('not built yet');
};
export type FindOpaOptions = { readonly cacheDirectory: string; readonly onProgress?: (line: string) => void; readonly download?: boolean };
export const findOpa = async (_options: FindOpaOptions): Promise<OpaCompiler> => unfinished();
export const checkRego = async (_opa: OpaCompiler, _rego: string): Promise<CheckReport> => unfinished();
export const compileModule = async (_opa: OpaCompiler, _sources: readonly { readonly id: string; readonly rego: string }[]): Promise<CompiledModule> => unfinished();
export const readsPath = (_reads: PolicyReads, _changed: string): boolean => unfinished();
export const startPolicyEngine = async (_options: PolicyEngineOptions): Promise<PolicyEngine> => unfinished();
export const parameterData = (_parameters: Readonly<Record<string, unknown>>): unknown => unfinished();
export const engineDigest: string = 'sha256:pending';
