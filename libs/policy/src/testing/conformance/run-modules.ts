import { digestOf } from '@weir/postgres';
import { entrypointOf } from '../../compile/answer-wrapper.js';
import { buildWasm } from '../../compile/build-wasm.js';
import { knownBuiltIns } from '../../compile/known-built-ins.js';
import type { OpaCompiler } from '../../compile/opa-compiler.js';
import { readOpaErrors } from '../../compile/opa-errors.js';
import { parseRego } from '../../compile/parse-rego.js';
import { ownRoot, relocatePolicy } from '../../compile/relocate-policy.js';
import type { OpaRun } from '../../compile/run-opa.js';
import { inScratchFolder } from '../../compile/scratch-folder.js';
import type { PolicyEngine } from '../../engine/policy-engine.js';
import { answerTo, type Answer } from './answer-to-case.js';
import { queryAsRule } from './case-as-policy.js';
import type { ConformanceCase } from './conformance-case.js';
import type { CasesById } from './run-policies.js';

type Texts = Readonly<Record<string, string>>;

/** The texts of a case below a root of their own, as a policy's text is, and its query as the answer. */
const relocated = async (opa: OpaCompiler, id: string, one: ConformanceCase): Promise<Texts | string> => {
  const texts = [...(one.modules ?? []), `package weir_query\n\n${queryAsRule(one)}`];
  const names = texts.map((_, index) => `m${index}.rego`);
  return inScratchFolder(Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])), async (folder) => {
    const result: Record<string, string> = {};
    for (const [index, name] of names.entries()) {
      const module = await parseRego(opa, folder, name);
      if ('refused' in module) return module.refused[0]?.message ?? '';
      const text = relocatePolicy(texts[index] ?? '', module, id);
      result[`${id}/${name}`] = text.replace(/^package \S+\.weir_query$/m, `package weir_answers.p_${id}`);
    }
    return result;
  });
};

/** The first complaint about each case that OPA names. */
const complaints = (run: OpaRun, known: ReadonlySet<string>): ReadonlyMap<string, string> => {
  const lines = `${run.stderr}\n${run.stdout}`.split('\n');
  const found = lines.flatMap((line): readonly (readonly [string, string])[] => {
    const [, id] = /(?:^|[ /])(c\d+)\/\w+\.rego:/.exec(line) ?? [];
    return id === undefined
      ? []
      : [[id, readOpaErrors({ status: 1, stdout: '', stderr: line }, known)[0]?.message ?? '']];
  });
  return new Map(found.toReversed());
};

const buildAll = async (
  opa: OpaCompiler,
  texts: ReadonlyMap<string, Texts>,
  refused: Map<string, string>,
): Promise<Uint8Array | undefined> => {
  const known = await knownBuiltIns(opa);
  for (;;) {
    const left = [...texts].filter(([id]) => !refused.has(id));
    if (left.length === 0) return undefined;
    const files = Object.assign({}, ...left.map(([, text]) => text)) as Texts;
    const built = await buildWasm(opa, { files, entrypoints: left.map(([id]) => entrypointOf(id)) });
    if ('wasm' in built) return built.wasm;
    const found = complaints(built.failed, known);
    if (found.size === 0) throw new Error(`OPA names no case: ${built.failed.stderr}`);
    for (const [id, message] of found) refused.set(id, message);
  }
};

/** Runs cases that are no policies, for they have several texts or data of their own: in one module, beneath the pipeline. */
export const runModules = async (
  opa: OpaCompiler,
  engine: PolicyEngine,
  cases: CasesById,
): Promise<ReadonlyMap<string, Answer>> => {
  const refused = new Map<string, string>();
  const texts = new Map<string, Texts>();
  for (const [id, one] of cases) {
    const text = await relocated(opa, id, one);
    if (typeof text === 'string') refused.set(id, text);
    else texts.set(id, text);
  }
  const wasm = await buildAll(opa, texts, refused);
  const answers = new Map<string, Answer>([...refused].map(([id, reason]) => [id, { refused: reason }]));
  if (wasm === undefined) return answers;
  const data = Object.fromEntries([...cases].map(([id, one]) => [ownRoot(id)[1], one.data ?? {}]));
  const digest = digestOf(wasm);
  await engine.load({ key: digest, digest, wasm, data: { weir: data } });
  for (const [id, one] of cases) if (!refused.has(id)) answers.set(id, await answerTo(engine, digest, id, one));
  return answers;
};
