import type { OpaCompiler } from './opa-compiler.js';
import { readOpaErrors } from './opa-errors.js';
import { runOpa } from './run-opa.js';
import type { OpaRun } from './run-opa.js';

/** One test rule and how it went. */
export type RegoTest = { readonly name: string; readonly passed: boolean };

/** The tests of one policy, run apart from all others. */
export type RegoTestFile = {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly RegoTest[];
  /** Why the tests could not be run at all; counts as one failure. */
  readonly error: string | null;
};

export type RegoTestReport = {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly RegoTestFile[];
};

type OpaTest = { readonly name: string; readonly fail?: boolean; readonly skip?: boolean; readonly error?: unknown };

const broken = (file: string, error: string): RegoTestFile => ({ file, passed: 0, failed: 1, tests: [], error });

const parseTests = (stdout: string): readonly OpaTest[] | undefined => {
  try {
    const tests: unknown = JSON.parse(stdout === '' ? '[]' : stdout);
    return Array.isArray(tests) ? (tests as readonly OpaTest[]) : undefined;
  } catch {
    return undefined;
  }
};

const readRun = (file: string, run: OpaRun): RegoTestFile => {
  const found = parseTests(run.stdout);
  if (found === undefined || (run.status !== 0 && found.length === 0)) {
    const messages = readOpaErrors(run).map(({ line, column, message }) => `${line}:${column}: ${message}`);
    return broken(file, messages.join('; '));
  }
  if (found.length === 0)
    return broken(file, 'there are no tests: write rules named test_… in a file …_test.rego beside it');
  const tests = found
    .filter(({ skip }) => skip !== true)
    .map(({ name, fail, error }) => ({ name, passed: fail !== true && error === undefined }))
    // OPA runs tests in parallel and prints them as they end.
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const failed = tests.filter(({ passed }) => !passed).length;
  return { file, passed: tests.length - failed, failed, tests, error: null };
};

/**
 * Runs OPA's tests, one OPA for each group of files: policies share a package name and cannot be loaded together.
 * `file` is what the group is called in the report.
 */
export const testRego = async (
  opa: OpaCompiler,
  groups: readonly { readonly file: string; readonly sources: readonly string[] }[],
): Promise<RegoTestReport> => {
  const files: RegoTestFile[] = [];
  for (const { file, sources } of groups) {
    files.push(readRun(file, await runOpa(opa, ['test', '--format', 'json', ...sources], '.')));
  }
  const sum = (count: (file: RegoTestFile) => number): number => files.reduce((total, one) => total + count(one), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), files };
};
