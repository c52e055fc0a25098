import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findOpa, testRego } from '@weir/policy';
import type { OpaCompiler, RegoTest, RegoTestFile } from '@weir/policy';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf, WrongUse } from './exit-code-of.js';
import { isPolicy, policiesAt, testSuffix } from './policies-at.js';
import { readFileOrRefuse } from './read-file-or-refuse.js';
import { readCases, runCases, type CaseOutcome } from './test-cases.js';

export type TestPoliciesOptions = {
  /** Policy files, or folders that hold policies with their tests. */
  readonly files: readonly string[];
  readonly json: boolean;
  readonly cacheDirectory: string;
};

type Group = { readonly file: string; readonly sources: readonly string[]; readonly cases: string | null };

/** The tests of a policy and its cases. */
type PolicyTests = Omit<RegoTestFile, 'tests'> & {
  readonly tests: readonly RegoTest[];
  readonly cases: readonly CaseOutcome[];
};

type PolicyTestReport = { readonly passed: number; readonly failed: number; readonly files: readonly PolicyTests[] };

const casesFile = 'cases.yaml';

/** A policy with the test files beside it: its own `x_test.rego`, or all of the folder when it is the only policy. */
const groupOf = async (policy: string): Promise<Group> => {
  const folder = dirname(policy);
  const names = (await readdir(folder)).sort();
  const own = basename(policy).replace(/\.rego$/, testSuffix);
  const alone = names.filter(isPolicy).length === 1;
  const tests = names.filter((name) => (alone ? name.endsWith(testSuffix) : name === own));
  const cases = alone && names.includes(casesFile) ? join(folder, casesFile) : null;
  return { file: policy, sources: [policy, ...tests.map((name) => join(folder, name))], cases };
};

/** A test file stands for the policy beside it. */
const policyOf = (file: string): string =>
  file.endsWith(testSuffix) ? `${file.slice(0, -testSuffix.length)}.rego` : file;

const groupsOf = async (files: readonly string[]): Promise<readonly Group[]> => {
  const policies = new Set<string>();
  for (const file of files) {
    for (const policy of await policiesAt(file)) policies.add(policyOf(policy));
  }
  return Promise.all([...policies].map(groupOf));
};

const sentenceOf = ({ name, native, difference }: RegoTest): string =>
  difference === null
    ? `     ${name} failed`
    : `     ${name} ${native ? 'passes' : 'fails'} natively, and the engine that judges differs: ${difference}`;

const sentenceOfCase = ({ name, said, difference }: CaseOutcome): string =>
  difference === null
    ? `     case "${name}" failed: ${said ?? ''}`
    : `     case "${name}": native OPA and the engine that judges differ: ${difference}`;

const linesOf = ({ file, passed, failed, tests, cases, error, notInEngine }: PolicyTests): readonly string[] => [
  `${failed === 0 ? 'ok  ' : 'FAIL'} ${file}: ${passed} passed, ${failed} failed`,
  ...tests.filter((test) => !test.passed).map(sentenceOf),
  ...cases.filter((one) => !one.passed).map(sentenceOfCase),
  ...(error === null ? [] : [`     ${error}`]),
  ...(notInEngine === null
    ? []
    : [`     run natively only: the engine that judges cannot take the tests: ${notInEngine}`]),
  ...tests.flatMap(({ name, notInEngine: why }) =>
    why === null ? [] : [`     ${name} was run natively only: ${why}`],
  ),
];

const summary = (report: PolicyTestReport): string =>
  [...report.files.flatMap(linesOf), `${report.passed} passed, ${report.failed} failed`, ''].join('\n');

/** Cases stand in for Rego tests, so that a policy with cases alone is tested. */
const withCases = async (opa: OpaCompiler, group: Group, file: RegoTestFile): Promise<PolicyTests> => {
  if (group.cases === null) return { ...file, cases: [] };
  const rego = (await readFileOrRefuse(group.file, 'the policy')).toString('utf8');
  const cases = await runCases(opa, rego, await readCases(group.cases));
  const hasRego = group.sources.length > 1;
  const failed = cases.filter(({ passed }) => !passed).length + (hasRego ? file.failed : 0);
  const passed = cases.length - (failed - (hasRego ? file.failed : 0)) + file.passed;
  return { ...file, passed, failed, error: hasRego ? file.error : null, cases };
};

/**
 * `weir policy test FILE...`: OPA's tests, each policy file alone with its `_test.rego`, and its `cases.yaml`; natively and in the
 * engine that judges. Exit code 0 all passed, 1 a test failed, the two differ or a policy has no tests, 2 wrong use, 3 no
 * compiler.
 */
export const testPolicies = (options: TestPoliciesOptions, to: Output): Promise<ExitCode> =>
  exitCodeOf({ output: to, json: options.json }, async (output) => {
    if (options.files.length === 0) throw new WrongUse('name at least one policy file or folder');
    const groups = await groupsOf(options.files);
    const opa = await findOpa({
      cacheDirectory: options.cacheDirectory,
      onProgress: (line) => output.stderr(`${line}\n`),
    });
    const report = await testAll(opa, groups);
    output.stdout(options.json ? `${JSON.stringify(report)}\n` : summary(report));
    return report.failed === 0 ? 0 : 1;
  });

const testAll = async (opa: OpaCompiler, groups: readonly Group[]): Promise<PolicyTestReport> => {
  const { files } = await testRego(opa, groups);
  const tested: PolicyTests[] = [];
  for (const [index, group] of groups.entries()) {
    const file = files[index];
    if (file) tested.push(await withCases(opa, group, file));
  }
  const sum = (count: (file: PolicyTests) => number): number => tested.reduce((total, one) => total + count(one), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), files: tested };
};
