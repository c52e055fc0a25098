import type { ApiPorts } from './api-ports.js';
import { openPolicyChanges, type PolicyChanges } from './change-policies/policy-changes.js';
import { regoCompiler, type RegoCompiler } from './compiler/rego-compiler.js';
import { openPolicyLog, type PolicyLog } from './policy-log/policy-log.js';
import { setComposer } from './policy-set/set-composer.js';

/** Token of what the slices that read or change policies share. */
export const POLICY_PORTS = Symbol('PolicyPorts');

export interface PolicyPorts extends Pick<ApiPorts, 'eventStore' | 'library' | 'clock'> {
  readonly policies: PolicyLog;
  readonly changes: PolicyChanges;
  readonly compiler: RegoCompiler;
}

export const policyPorts = ({ eventStore, library, clock, findCompiler, config }: ApiPorts): PolicyPorts => {
  const policies = openPolicyLog(eventStore);
  const compiler = regoCompiler(findCompiler, config.COMPILER_WAIT_MS);
  const composer = setComposer({ eventStore, library, compiler });
  return { eventStore, library, clock, policies, compiler, changes: openPolicyChanges({ policies, composer }) };
};
