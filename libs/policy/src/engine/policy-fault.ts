import type { PolicyError, PolicyErrorCode } from './policy-engine.js';

/** Thrown through Wasm by what the host supplies. The instance it went through must not be used again. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault';
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What OPA's runtime says through `opa_abort` when it gives up. */
export const abortFault = (message: string): PolicyFault => {
  if (message.includes('opa_malloc'))
    return new PolicyFault('memory_exceeded', 'the policy needs more memory than it may have');
  return new PolicyFault(message.includes('conflict') ? 'conflict' : 'engine_fault', message);
};

/** Any exception out of an evaluation as the error its answer carries. */
export const policyErrorOf = (error: unknown): PolicyError => {
  if (error instanceof PolicyFault) return { code: error.code, message: error.message };
  // V8 reports an exhausted stack as a RangeError; only input nested some 20,000 levels deep gets there.
  if (error instanceof RangeError) return { code: 'bad_input', message: 'the input is nested too deep' };
  return { code: 'engine_fault', message: error instanceof Error ? error.message : String(error) };
};
