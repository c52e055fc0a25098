import { digestOf } from '@weir/postgres';
import { findReads, type FoundReads } from '../reads/find-reads.js';
import { READS_EVERYTHING } from '../reads/policy-reads.js';
import { answerWrapper, entrypointOf } from './answer-wrapper.js';
import { buildWasm, type BuiltWasm } from './build-wasm.js';
import { RegoRefused } from './check-report.js';
import type { CompiledModule } from './compiled-module.js';
import type { OpaCompiler } from './opa-compiler.js';
import { readOpaErrors } from './opa-errors.js';
import { parsedTexts } from './parsed-texts.js';
import { parseRego } from './parse-rego.js';
import type { RegoModule } from './rego-ast.js';
import { relocatePolicy } from './relocate-policy.js';
import { inScratchFolder } from './scratch-folder.js';

/** One policy to compile. */
export type PolicySource = {
  /** Names the policy within its module: lower-case letters, digits and `_`. */
  readonly id: string;
  readonly rego: string;
};

type ParsedPolicy = PolicySource & { readonly module: RegoModule };

const refuse = (policyId: string, code: string, message: string): never => {
  throw new RegoRefused(policyId, [{ severity: 'error', code, message, line: 0, column: 0 }]);
};

const checkIds = (sources: readonly PolicySource[]): void => {
  for (const { id } of sources) {
    if (!/^[a-z0-9_]+$/.test(id)) refuse(id, 'bad_policy_id', `the id "${id}" must match [a-z0-9_]+`);
  }
  if (new Set(sources.map(({ id }) => id)).size !== sources.length) throw new Error('policy ids must be distinct');
};

const parseAll = async (opa: OpaCompiler, sources: readonly PolicySource[]): Promise<ParsedPolicy[]> => {
  const texts = parsedTexts(opa);
  const open = sources.filter(({ rego }) => !texts.get(rego));
  const parsed = new Map(sources.map(({ rego }) => [rego, texts.get(rego)]));
  const files = Object.fromEntries(open.map(({ id, rego }) => [`${id}.rego`, rego]));
  const parse = async (folder: string): Promise<void> => {
    for (const { id, rego } of open) {
      const module = await parseRego(opa, folder, `${id}.rego`);
      if ('refused' in module) throw new RegoRefused(id, module.refused);
      texts.keep(rego, module);
      parsed.set(rego, module);
    }
  };
  if (open.length > 0) await inScratchFolder(files, parse);
  return sources.flatMap((source) => {
    const module = parsed.get(source.rego);
    return module ? [{ ...source, module }] : [];
  });
};

const filesOf = (policies: readonly ParsedPolicy[]): Record<string, string> =>
  Object.fromEntries(
    policies.flatMap(({ id, rego, module }) => [
      [`policy/${id}.rego`, relocatePolicy(rego, module, id)],
      [`answer/${id}.rego`, answerWrapper(module, id)],
    ]),
  );

/** OPA names the file an error stands in, and files are named after policies. */
const culprit = (output: string, policies: readonly ParsedPolicy[]): string =>
  /(?:policy|answer)\/([a-z0-9_]+)\.rego/.exec(output)?.[1] ?? policies[0]?.id ?? '';

const build = async (opa: OpaCompiler, policies: readonly ParsedPolicy[]): Promise<BuiltWasm> => {
  const entrypoints = policies.map(({ id }) => entrypointOf(id));
  const built = await buildWasm(opa, { files: filesOf(policies), entrypoints });
  if ('wasm' in built) return built;
  throw new RegoRefused(culprit(built.failed.stderr + built.failed.stdout, policies), readOpaErrors(built.failed));
};

/** A compiled module, and what was found out about each of its policies. */
export interface ExaminedModule {
  readonly module: CompiledModule;
  readonly found: Readonly<Record<string, FoundReads>>;
}

/** Compiles as `compileModule` does, and tells what policies ask for that the documented input has not. */
export const examineModule = async (opa: OpaCompiler, sources: readonly PolicySource[]): Promise<ExaminedModule> => {
  if (sources.length === 0) throw new Error('a module needs at least one policy');
  checkIds(sources);
  const policies = await parseAll(opa, sources);
  const { wasm, plan } = await build(opa, policies);
  const found = Object.fromEntries(policies.map(({ id }) => [id, findReads(plan, entrypointOf(id))]));
  const module = {
    digest: digestOf(wasm),
    wasm,
    entrypoints: Object.fromEntries(policies.map(({ id }) => [id, entrypointOf(id)])),
    reads: Object.fromEntries(policies.map(({ id }) => [id, found[id]?.reads ?? READS_EVERYTHING])),
  };
  return { module, found };
};

/**
 * Compiles policies into one Wasm module, an entrypoint each, every policy below a root of its own. The same sources in
 * the same order give the same bytes. Throws `RegoRefused` for a policy that OPA does not accept.
 */
export const compileModule = async (opa: OpaCompiler, sources: readonly PolicySource[]): Promise<CompiledModule> =>
  (await examineModule(opa, sources)).module;
