// Compiles the policy library into policies/compiled; with --check writes nothing and fails when a byte would change.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModule, findOpa } from '../libs/policy/dist/index.js';
import { digestOf } from '../libs/postgres/dist/index.js';

// A policy may stand this often in a policy set, each time with other parameters, before a compiler is needed (ADR 0040).
const SLOTS = 3;

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

const policies = globSync('policies/*/policy.rego', { cwd: root })
  .map((file) => ({ template: basename(dirname(file)), rego: readFileSync(join(root, file), 'utf8') }))
  .sort((a, b) => (a.template < b.template ? -1 : 1));
// Texts that a policy had before: sets that hold them are judged and changed without a compiler as well (ADR 0152).
const former = globSync('policies/*/former/*.rego.txt', { cwd: root })
  .map((file) => ({
    template: basename(dirname(dirname(file))),
    name: `_former_${basename(file, '.rego.txt')}`,
    rego: readFileSync(join(root, file), 'utf8'),
  }))
  .sort((a, b) => (a.template + a.name < b.template + b.name ? -1 : 1));
const slotsOf = ({ template, name = '' }) =>
  Array.from(
    { length: SLOTS },
    (_, index) => template.replaceAll('-', '_') + name + (index === 0 ? '' : `_${index + 1}`),
  );

const opa = await findOpa({ cacheDirectory: join(root, '.weir', 'opa'), onProgress: (line) => console.error(line) });
const module = await compileModule(
  opa,
  [...policies, ...former].flatMap((policy) => slotsOf(policy).map((id) => ({ id, rego: policy.rego }))),
);

const compiled = (policy) => ({
  template: policy.template,
  regoDigest: digestOf(policy.rego),
  slots: slotsOf(policy).map((slot) => ({ slot, entrypoint: module.entrypoints[slot] })),
  reads: module.reads[slotsOf(policy)[0]],
});
const library = { digest: module.digest, policies: policies.map(compiled), former: former.map(compiled) };
const files = {
  'library.wasm': Buffer.from(module.wasm),
  'library.json': Buffer.from(`${JSON.stringify(library, null, 2)}\n`),
};

const readIfThere = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
};
const folder = join(root, 'policies', 'compiled');
const stale = Object.entries(files).filter(([name, bytes]) => !readIfThere(join(folder, name)).equals(bytes));

if (isCheck && stale.length > 0) {
  console.error(
    `policies/compiled is not what the sources give with OPA ${opa.version}: ${stale.map(([name]) => name).join(', ')}. Run node tools/compile-policy-library.js and commit the result.`,
  );
  process.exitCode = 1;
} else {
  if (!isCheck) {
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of stale) writeFileSync(join(folder, name), bytes);
  }
  console.log(
    `${policies.length} policies and ${former.length} of their former texts, ${(policies.length + former.length) * SLOTS} entrypoints, ${module.wasm.length} bytes with OPA ${opa.version}: ${isCheck ? 'the same bytes' : `${stale.length} files written`}.`,
  );
}
