import { capabilitiesOf } from '../../compile/capabilities.js';
import { knownBuiltIns } from '../../compile/known-built-ins.js';
import type { OpaCompiler } from '../../compile/opa-compiler.js';
import { readOpaErrors } from '../../compile/opa-errors.js';
import { runOpa } from '../../compile/run-opa.js';
import { inScratchFolder } from '../../compile/scratch-folder.js';
import type { OpaRun } from '../../compile/run-opa.js';

/** Apart from all others, so that one run of OPA can check them all. The text is only checked, never run. */
const apart = (text: string, id: string): string =>
  text.replace(/\bdata(?=[.[])/g, `data.${id}`).replace(/^(\s*package\s+)/m, `$1${id}.`);

type Located = { readonly location?: { readonly file?: string } };

/** OPA's complaints by the file they stand in. */
const byFile = (run: OpaRun): ReadonlyMap<string, readonly unknown[]> => {
  const { errors = [] } = JSON.parse(run.stderr || run.stdout || '{}') as { readonly errors?: readonly Located[] };
  return Map.groupBy(errors, ({ location }) => location?.file ?? '');
};

const messageOf = (errors: readonly unknown[], known: ReadonlySet<string>): string =>
  readOpaErrors({ status: 1, stdout: '', stderr: JSON.stringify({ errors }) }, known)[0]?.message ?? '';

/** Policies, by id, that OPA refuses when a policy is saved, and why. */
export const refusedWhenSaved = async (
  opa: OpaCompiler,
  policies: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> => {
  const known = await knownBuiltIns(opa);
  const files = Object.fromEntries([...policies].map(([id, text]) => [`${id}.rego`, apart(text, id)]));
  const capabilities = { 'capabilities.json': await capabilitiesOf(opa) };
  return inScratchFolder({ ...files, ...capabilities }, async (folder) => {
    const refused = new Map<string, string>();
    // A file that cannot be parsed keeps OPA from checking the others: those first, then the rest.
    for (;;) {
      const left = Object.keys(files).filter((file) => !refused.has(file.slice(0, -5)));
      const args = ['check', '--format', 'json', '--max-errors', '100000', '--capabilities', 'capabilities.json'];
      const run = await runOpa(opa, [...args, ...left], folder);
      if (run.status === 0) return refused;
      for (const [file, errors] of byFile(run)) refused.set(file.slice(0, -5), messageOf(errors, known));
    }
  });
};
