import type { ApiPorts } from './api-ports.js';
import { regoCompiler } from './compiler/rego-compiler.js';
import { openPolicyLog } from './policy-log/policy-log.js';
import type { SavePorts } from './revise-policy/save-policy.js';

/** Token of what the slices that read or change policies share. */
export const POLICY_PORTS = Symbol('PolicyPorts');

export const policyPorts = ({ eventStore, library, clock, findCompiler, config }: ApiPorts): SavePorts => ({
  eventStore,
  library,
  clock,
  policies: openPolicyLog(eventStore),
  compiler: regoCompiler(findCompiler, config.COMPILER_WAIT_MS),
});
