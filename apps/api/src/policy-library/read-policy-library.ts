import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '@weir/postgres';
import { describeIssue } from '@weir/service';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { LibrarySlot, PolicyLibrary, PolicyTemplate } from './policy-library.js';
import {
  libraryFileSchema,
  templateFileSchema,
  type CompiledPolicy,
  type LibraryFile,
  type TemplateFile,
} from './template-file.js';

const shipped = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'policies');
const cure = 'run node tools/compile-policy-library.js and commit what it writes';

const parseWith = <T>(schema: z.ZodType<T>, file: string, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `${file}: ${issue?.path.join('.') || 'the file'} ${issue ? describeIssue(issue) : 'is not readable'}`,
  );
};

const defaultsOf = ({ parameters }: Pick<TemplateFile, 'parameters'>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parameters.properties).map(([name, schema]) => [name, schema.default]));

const readTemplate = (
  folder: string,
  { former }: LibraryFile,
  { template: name, regoDigest }: CompiledPolicy,
): PolicyTemplate => {
  const rego = readFileSync(join(folder, name, 'policy.rego'), 'utf8');
  if (digestOf(rego) !== regoDigest)
    throw new Error(`policies/${name}/policy.rego is not what the library was compiled from: ${cure}`);
  const file = join(folder, name, 'template.yaml');
  const {
    reads: _reads,
    parameters,
    ...template
  } = parseWith(templateFileSchema, file, parse(readFileSync(file, 'utf8')));
  const formerDigests = former.filter((one) => one.template === name).map((one) => one.regoDigest);
  const own = { rego, regoDigest, formerDigests, parametersSchema: parameters, parameters: defaultsOf({ parameters }) };
  return { ...template, ...own };
};

const slotsOf = ({ regoDigest, slots, reads }: CompiledPolicy): readonly [string, readonly LibrarySlot[]] => [
  regoDigest,
  slots.map((place) => ({ ...place, reads })),
];

const readModule = (folder: string, { digest, policies, former }: LibraryFile): PolicyLibrary['module'] => {
  const wasm = new Uint8Array(readFileSync(join(folder, 'compiled', 'library.wasm')));
  if (digestOf(wasm) !== digest)
    throw new Error(`policies/compiled/library.wasm is not the module that library.json names: ${cure}`);
  return { digest, wasm, slots: Object.fromEntries([...policies, ...former].map(slotsOf)) };
};

/**
 * Reads the compiled policy library from its folder, by default the one that ships with Weir. Throws when text, module
 * and index do not belong together: a policy must not say one thing and do another.
 */
export const readPolicyLibrary = (folder: string = shipped): PolicyLibrary => {
  const file = join(folder, 'compiled', 'library.json');
  const library = parseWith(libraryFileSchema, file, JSON.parse(readFileSync(file, 'utf8')));
  return {
    templates: library.policies.map((policy) => readTemplate(folder, library, policy)),
    module: readModule(folder, library),
  };
};
