import { entrypointOf } from '../compile/answer-wrapper.js';
import { buildWasm } from '../compile/build-wasm.js';
import { RegoRefused } from '../compile/check-report.js';
import { compileModule } from '../compile/compile-module.js';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { readOpaErrors } from '../compile/opa-errors.js';
import { parseRego } from '../compile/parse-rego.js';
import { misplacedWiths } from '../compile/with-order.js';
import { packagePath, type RegoModule, type Rule } from '../compile/rego-ast.js';
import { inScratchFolder } from '../compile/scratch-folder.js';
import { shownToPolicies } from '../engine/cut-input/shown-members.js';
import { startPolicyEngine } from '../engine/pool/start-policy-engine.js';
import type { PolicyAnswer } from '../engine/policy-engine.js';
import { readShownInput, shownPackage } from './shown-input.js';

/** A policy's text and those of its tests. */
export type TestedPolicy = { readonly policy: string; readonly tests: readonly string[] };

/** How a test went in the engine, by its full name; `null` in `error` when it was just not true. */
export type EngineTest = { readonly passed: boolean; readonly error: string | null };

/** What ran in the engine; `unable`: why nothing could. */
export type EngineTests = {
  readonly ran: ReadonlyMap<string, EngineTest>;
  /** Why others could not be run, where that is known. */
  readonly left: ReadonlyMap<string, string>;
  readonly unable: string | null;
};

const nothingRan = (unable: string | null): EngineTests => ({ ran: new Map(), left: new Map(), unable });

type Found = { readonly name: string; readonly rule: string };

const FUNCTION_LAST =
  'with of a function stands before with of input or data, and OPA takes one for the other in Wasm: let it stand last';

/** Tests that are one rule of one value, and why others cannot be run. */
const testsIn = (
  module: RegoModule,
  modules: readonly RegoModule[],
): readonly (Found & { readonly left: string | null })[] => {
  const path = packagePath(module);
  const source = `data${path.map((name) => `[${JSON.stringify(name)}]`).join('')}`;
  const rules = (module.rules ?? []).filter(({ head }) => head.args === undefined);
  const counts = Map.groupBy(rules, ({ head }) => String(head.ref[0]?.value));
  return [...counts]
    .filter(([name]) => name.startsWith('test_'))
    .map(([name, same]) => ({
      name: `${['data', ...path].join('.')}.${name}`,
      rule: `${source}[${JSON.stringify(name)}]`,
      left: whyLeft(same, modules),
    }));
};

const whyLeft = (rules: readonly Rule[], modules: readonly RegoModule[]): string | null => {
  if (rules.length > 1) return 'several rules have its name';
  if (rules.some(({ head }) => head.ref.length > 1 || head.key !== undefined))
    return 'it has cases in its head, of which no single value tells';
  const [first] = modules;
  const isMisplaced = first !== undefined && misplacedWiths({ ...first, rules }, modules).length > 0;
  return isMisplaced ? FUNCTION_LAST : null;
};

const parseAll = (opa: OpaCompiler, texts: readonly string[]): Promise<readonly RegoModule[] | null> => {
  const files = Object.fromEntries(texts.map((text, index) => [`${index}.rego`, text]));
  return inScratchFolder(files, async (folder) => {
    const modules: RegoModule[] = [];
    for (const file of Object.keys(files)) {
      const module = await parseRego(opa, folder, file);
      if ('refused' in module) return null;
      modules.push(module);
    }
    return modules;
  });
};

const shownTo = async (opa: OpaCompiler, rego: string) => {
  const { reads } = await compileModule(opa, [{ id: 'policy', rego }]);
  return shownToPolicies(reads).get('policy') ?? null;
};

const idOf = (index: number): string => `t${index}`;

const ask = async (wasm: Uint8Array, asks: readonly string[]): Promise<readonly PolicyAnswer[]> => {
  const engine = await startPolicyEngine({ workers: 1, deadlineMillis: 5_000, memoryMegabytes: 128 });
  try {
    await engine.load({ key: 'tests', digest: 'tests', wasm, data: {} });
    const inputs = [{ input: Buffer.from('{}'), now: new Date().toISOString(), asks }];
    return (await engine.evaluate({ key: 'tests', inputs }))[0] ?? [];
  } finally {
    await engine.close();
  }
};

const build = async (opa: OpaCompiler, { policy, tests }: TestedPolicy, modules: readonly RegoModule[]) => {
  const [own, ...ofTests] = modules;
  if (own === undefined) throw new Error('there is no policy to test');
  const all = ofTests.flatMap((module) => testsIn(module, modules));
  const found = all.filter(({ left }) => left === null);
  const left = new Map(all.flatMap(({ name, left: why }) => (why === null ? [] : [[name, why] as const])));
  const shown = await shownTo(opa, policy);
  const files = {
    'policy/policy.rego': readShownInput(policy, own, shown),
    ...(shown && { 'policy/shown.rego': shownPackage(shown) }),
    ...Object.fromEntries(tests.map((text, index) => [`tests/${index}.rego`, text])),
    ...Object.fromEntries(
      found.map(({ rule }, index) => [
        `answers/${index}.rego`,
        `package weir_answers.p_${idOf(index)}\n\nmatch := ${rule}\n`,
      ]),
    ),
  };
  const entrypoints = found.map((_, index) => entrypointOf(idOf(index)));
  return { found, left, built: found.length === 0 ? null : await buildWasm(opa, { files, entrypoints }) };
};

/**
 * Runs OPA's tests in the engine that judges: each test is an entrypoint of one module, in which the policy sees of its
 * input what it reads and no more, as when a package is judged.
 */
export const runInEngine = async (opa: OpaCompiler, tested: TestedPolicy): Promise<EngineTests> => {
  const modules = await parseAll(opa, [tested.policy, ...tested.tests]);
  // What does not parse is told by native OPA.
  if (modules === null) return nothingRan(null);
  try {
    const { found, left, built } = await build(opa, tested, modules);
    if (built === null) return { ...nothingRan(null), left };
    if ('failed' in built) return nothingRan(readOpaErrors(built.failed)[0]?.message ?? 'it does not compile');
    const answers = await ask(
      built.wasm,
      found.map((_, index) => idOf(index)),
    );
    const ran = found.map(({ name }, index): [string, EngineTest] => {
      const { match = null, error = null } = answers[index] ?? {};
      return [name, { passed: match === true, error: error && `${error.code}: ${error.message}` }];
    });
    return { ran: new Map(ran), left, unable: null };
  } catch (fault) {
    if (fault instanceof RegoRefused) return nothingRan(fault.findings[0]?.message ?? fault.message);
    throw fault;
  }
};
