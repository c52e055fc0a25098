import type { UnknownMember } from '../reads/noted-reads.js';
import type { PolicyReads } from '../reads/policy-reads.js';
import { capabilitiesOf } from './capabilities.js';
import { checkParameterIndexes, checkPatterns } from './check-constants.js';
import { checkNesting } from './check-nesting.js';
import { RegoRefused } from './check-report.js';
import type { CheckReport, Finding } from './check-report.js';
import { examineModule } from './compile-module.js';
import { checkOutcome } from './check-outcome.js';
import {
  checkContradictions,
  checkDataReferences,
  checkMatch,
  checkPackage,
  checkReason,
  checkRules,
} from './house-rules.js';
import { checkParameters } from './check-parameters.js';
import { checkWithOrder } from './with-order.js';
import { knownBuiltIns } from './known-built-ins.js';
import type { OpaCompiler } from './opa-compiler.js';
import { readOpaErrors } from './opa-errors.js';
import { OpaOverran } from './opa-overran.js';
import { parseRego } from './parse-rego.js';
import { placeOfMember } from './place-of-member.js';
import { runOpa } from './run-opa.js';
import { inScratchFolder } from './scratch-folder.js';

/** Longer texts are refused before OPA sees them. */
const longestPolicy = 1_000_000;

const report = (findings: readonly Finding[]): CheckReport => ({
  valid: !findings.some(({ severity }) => severity === 'error'),
  findings,
});

const strictCheck = async (opa: OpaCompiler, folder: string): Promise<readonly Finding[]> => {
  const args = ['check', '--strict', '--format', 'json', '--capabilities', 'capabilities.json', 'policy.rego'];
  const run = await runOpa(opa, args, folder);
  return run.status === 0 ? [] : readOpaErrors(run, await knownBuiltIns(opa));
};

const policyId = 'policy';

const compileAlone = async (opa: OpaCompiler, rego: string): Promise<readonly Finding[]> => {
  try {
    const { found } = await examineModule(opa, [{ id: policyId, rego }]);
    const { unknown = [], reads } = found[policyId] ?? {};
    return [...unknown.map((member) => unknownPath(member, rego)).sort(byPlace), ...lookedAtNowAndThen(reads)];
  } catch (error) {
    if (error instanceof RegoRefused) return error.findings;
    throw error;
  }
};

/** Under v0 a warning: policies that others publish ask there for what no package of theirs or ours ever has. */
const unknownPath = (member: UnknownMember, rego: string): Finding => ({
  severity: /^v0(?:$|[.[])/.test(member.path) ? 'warning' : 'error',
  code: 'unknown_input_path',
  message: `input.${member.path} is not in the documented input, so it is undefined for every package`,
  ...placeOfMember(rego, member),
});

/** Of a policy whose answer time may change in any way it is not known when: it is said how often it is looked at. */
const lookedAtNowAndThen = (reads: PolicyReads | undefined): readonly Finding[] =>
  reads?.time !== 'anyTime'
    ? []
    : [
        {
          severity: 'warning',
          code: 'looked_at_every_quarter_hour',
          message:
            'time may change what this policy says more than once: it is looked at for every quarter of an hour, and what holds for less than that may pass unseen. Compare the clock with one limit, or its hours and days, to have every change found',
          line: 0,
          column: 0,
        },
      ];

const byPlace = (a: Finding, b: Finding): number => a.line - b.line || a.column - b.column;

const checkText = (
  opa: OpaCompiler,
  rego: string,
  capabilities: string,
  parameters: Parameters,
): Promise<readonly Finding[]> =>
  inScratchFolder({ 'policy.rego': rego, 'capabilities.json': capabilities }, async (folder) => {
    const module = await parseRego(opa, folder, 'policy.rego');
    const complaints = await strictCheck(opa, folder);
    if ('refused' in module) return complaints.length > 0 ? complaints : module.refused;
    const rules = [
      checkPackage,
      checkRules,
      checkMatch,
      checkContradictions,
      checkReason,
      checkDataReferences,
      checkPatterns,
      checkParameterIndexes,
      checkWithOrder,
    ];
    const own = rules.flatMap((rule) => rule(module));
    const found = [...complaints, ...own];
    if (!report(found).valid) return found;
    const ofParameters = parameters === undefined ? [] : checkParameters(module, parameters);
    return [...found, ...ofParameters, ...(await checkOutcome(opa, { rego, module, parameters }))];
  });

type Parameters = Readonly<Record<string, unknown>> | undefined;

/**
 * Checks a policy as it is saved: OPA's strict check with only the built-ins that evaluation supplies, the rules of the
 * house (`match` must be there and be true or false, no data but its own), a trial compilation to Wasm, no path of `input`
 * that it never has (under `v0` a warning), and warnings for what can never hold. With `parameters` the policy is looked at
 * as it answers with them.
 */
export const checkRego = async (opa: OpaCompiler, rego: string, parameters?: Parameters): Promise<CheckReport> => {
  if (rego.length > longestPolicy)
    return refused(
      'policy_too_long',
      `the policy has ${rego.length} characters, at most ${longestPolicy} are accepted`,
    );
  const tooDeep = checkNesting(rego);
  if (tooDeep) return report([tooDeep]);
  try {
    const findings = await checkText(opa, rego, await capabilitiesOf(opa), parameters);
    const checked = report(findings);
    return checked.valid ? report([...findings, ...(await compileAlone(opa, rego))]) : checked;
  } catch (fault) {
    if (fault instanceof OpaOverran) return refused('too_costly', fault.message);
    throw fault;
  }
};

const refused = (code: string, message: string): CheckReport =>
  report([{ severity: 'error', code, message, line: 0, column: 0 }]);
