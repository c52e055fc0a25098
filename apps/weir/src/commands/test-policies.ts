import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findOpa, testRego } from '@weir/policy';
import type { RegoTestFile, RegoTestReport } from '@weir/policy';
import type { ExitCode, Output } from './output.js';
import { exitCodeOf, WrongUse } from './exit-code-of.js';

export type TestPoliciesOptions = {
  /** Policy files, or folders that hold policies with their tests. */
  readonly files: readonly string[];
  readonly json: boolean;
  readonly cacheDirectory: string;
};

type Group = { readonly file: string; readonly sources: readonly string[] };

const testSuffix = '_test.rego';

const isPolicy = (name: string): boolean => name.endsWith('.rego') && !name.endsWith(testSuffix);

const kindOf = async (path: string): Promise<'file' | 'folder'> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new WrongUse(`${path} is not there: name a policy file or a folder of policies`, { cause });
  }
};

/** A policy with the test files beside it: its own `x_test.rego`, or all of the folder when it is the only policy. */
const groupOf = async (policy: string): Promise<Group> => {
  const folder = dirname(policy);
  const names = (await readdir(folder)).sort();
  const own = basename(policy).replace(/\.rego$/, testSuffix);
  const alone = names.filter(isPolicy).length === 1;
  const tests = names.filter((name) => (alone ? name.endsWith(testSuffix) : name === own));
  return { file: policy, sources: [policy, ...tests.map((name) => join(folder, name))] };
};

const policiesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isPolicy(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

/** A test file stands for the policy beside it. */
const policyOf = (file: string): string =>
  file.endsWith(testSuffix) ? `${file.slice(0, -testSuffix.length)}.rego` : file;

const groupsOf = async (files: readonly string[]): Promise<readonly Group[]> => {
  const policies = new Set<string>();
  for (const file of files) {
    const found = (await kindOf(file)) === 'folder' ? await policiesIn(file) : [policyOf(file)];
    if (found.length === 0) throw new WrongUse(`${file} holds no policy: name a folder with .rego files`);
    found.forEach((policy) => policies.add(policy));
  }
  return Promise.all([...policies].map(groupOf));
};

const linesOf = ({ file, passed, failed, tests, error }: RegoTestFile): readonly string[] => [
  `${failed === 0 ? 'ok  ' : 'FAIL'} ${file}: ${passed} passed, ${failed} failed`,
  ...tests.filter((test) => !test.passed).map(({ name }) => `     ${name} failed`),
  ...(error === null ? [] : [`     ${error}`]),
];

const summary = (report: RegoTestReport): string =>
  [...report.files.flatMap(linesOf), `${report.passed} passed, ${report.failed} failed`, ''].join('\n');

/**
 * `weir policy test FILE...`: OPA's tests, each policy file alone with its `_test.rego`. Exit code 0 all passed, 1 a
 * test failed or a policy has none, 2 wrong use, 3 no compiler.
 */
export const testPolicies = (options: TestPoliciesOptions, to: Output): Promise<ExitCode> =>
  exitCodeOf({ output: to, json: options.json }, async (output) => {
    if (options.files.length === 0) throw new WrongUse('name at least one policy file or folder');
    const groups = await groupsOf(options.files);
    const opa = await findOpa({
      cacheDirectory: options.cacheDirectory,
      onProgress: (line) => output.stderr(`${line}\n`),
    });
    const report = await testRego(opa, groups);
    output.stdout(options.json ? `${JSON.stringify(report)}\n` : summary(report));
    return report.failed === 0 ? 0 : 1;
  });
