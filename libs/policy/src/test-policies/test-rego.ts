import { readFile } from 'node:fs/promises';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { readOpaErrors } from '../compile/opa-errors.js';
import { runOpa, type OpaRun } from '../compile/run-opa.js';
import { runInEngine, type EngineTests } from './engine-tests.js';

/** One test and how it went, natively and in the engine that judges. */
export type RegoTest = {
  readonly name: string;
  /** Natively and, where it ran there, in the engine. */
  readonly passed: boolean;
  readonly native: boolean;
  /** `null`: it could not be run there. */
  readonly engine: boolean | null;
  /** Why it could not be run there, when that is its own matter. */
  readonly notInEngine: string | null;
  /** What the engine said where it differs, which is a fault of Weir or of the text, and none that native OPA shows. */
  readonly difference: string | null;
};

/** The tests of one policy, run apart from all others. */
export type RegoTestFile = {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly RegoTest[];
  /** Why the tests could not be run at all; counts as one failure. */
  readonly error: string | null;
  /** Why none of them could be run in the engine that judges. */
  readonly notInEngine: string | null;
};

export type RegoTestReport = {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly RegoTestFile[];
};

type Group = { readonly file: string; readonly sources: readonly string[] };

type OpaTest = {
  readonly name: string;
  readonly package?: string;
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: unknown;
};

const broken = (file: string, error: string): RegoTestFile => ({
  file,
  passed: 0,
  failed: 1,
  tests: [],
  error,
  notInEngine: null,
});

const parseTests = (stdout: string): readonly OpaTest[] | undefined => {
  try {
    const tests: unknown = JSON.parse(stdout === '' ? '[]' : stdout);
    return Array.isArray(tests) ? (tests as readonly OpaTest[]) : undefined;
  } catch {
    return undefined;
  }
};

/** What native OPA ran, or why it could not. */
const readRun = (run: OpaRun): readonly OpaTest[] | { readonly error: string } => {
  const found = parseTests(run.stdout);
  if (found === undefined || (run.status !== 0 && found.length === 0)) {
    const messages = readOpaErrors(run).map(({ line, column, message }) => `${line}:${column}: ${message}`);
    return { error: messages.join('; ') };
  }
  if (found.length === 0)
    return { error: 'there are no tests: write rules named test_… in a file …_test.rego beside it' };
  // OPA runs tests in parallel and prints them as they end.
  return found.filter(({ skip }) => skip !== true).sort((a, b) => (a.name < b.name ? -1 : 1));
};

const outcomeOf = ({ name, package: path = '', fail, error }: OpaTest, { ran, left }: EngineTests): RegoTest => {
  const native = fail !== true && error === undefined;
  const ours = ran.get(`${path}.${name}`);
  const engine = ours?.passed ?? null;
  const isSame = engine === null || engine === native;
  const said = ours?.error ?? (engine === true ? 'it passes there' : 'it fails there');
  return {
    name,
    passed: native && isSame,
    native,
    engine,
    notInEngine: left.get(`${path}.${name}`) ?? null,
    difference: isSame ? null : said,
  };
};

/** Tests of a policy may take more than its check. */
const TEST_TIMES = 6;

const testGroup = async (opa: OpaCompiler, { file, sources }: Group): Promise<RegoTestFile> => {
  const found = readRun(await runOpa(opa, ['test', '--format', 'json', ...sources], '.', TEST_TIMES));
  if ('error' in found) return broken(file, found.error);
  const [policy = '', ...tests] = await Promise.all(sources.map((source) => readFile(source, 'utf8')));
  const engine = await runInEngine(opa, { policy, tests });
  const outcomes = found.map((test) => outcomeOf(test, engine));
  const failed = outcomes.filter(({ passed }) => !passed).length;
  return {
    file,
    passed: outcomes.length - failed,
    failed,
    tests: outcomes,
    error: null,
    notInEngine: engine.unable,
  };
};

/**
 * Runs OPA's tests natively and in the engine that judges, one run for each group of files: policies share a package name and
 * cannot be loaded together. `file` is what the group is called in the report; its first source is the policy.
 */
export const testRego = async (opa: OpaCompiler, groups: readonly Group[]): Promise<RegoTestReport> => {
  const files: RegoTestFile[] = [];
  for (const group of groups) files.push(await testGroup(opa, group));
  const sum = (count: (file: RegoTestFile) => number): number => files.reduce((total, one) => total + count(one), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), files };
};
