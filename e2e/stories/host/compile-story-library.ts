import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Policy from '@weir/policy';
import { repositoryRoot } from '../../harness/weir-process.ts';

/** Policies of the shipped library that stories use beside their own. */
const SHIPPED = [
  'epss-over-threshold',
  'gpl-anywhere',
  'known-exploited',
  'malicious-package',
  'published-too-recently',
];
/** How often one text may stand in a set. */
const SLOTS = 3;

interface Source {
  readonly template: string;
  readonly folder: string;
  readonly rego: string;
}

/**
 * A folder like `policies`, with the stories' own policies in it and all of them compiled into one module: so that a
 * story that changes its policies a dozen times waits for no compiler. Made once, and kept by the engine and
 * the texts.
 */
export const compileStoryLibrary = async (say: (line: string) => void): Promise<string> => {
  const sources = readSources();
  const { ENGINE_VERSION } = await policyLibrary();
  const keep = join(repositoryRoot, '.weir', 'stories');
  const made = digestOf(JSON.stringify([ENGINE_VERSION, sources]));
  const folder = join(keep, `library-${made.slice('sha256:'.length, 23)}`);
  if (existsSync(folder)) return folder;
  say('compiling the policies of the stories');
  mkdirSync(keep, { recursive: true });
  const draft = mkdtempSync(join(keep, 'draft-'));
  await writeLibrary(draft, sources);
  try {
    renameSync(draft, folder);
  } catch {
    // Another run was first.
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
};

const policyLibrary = async (): Promise<typeof Policy> =>
  (await import(pathToFileURL(join(repositoryRoot, 'libs', 'policy', 'dist', 'index.js')).href)) as typeof Policy;

const readSources = (): readonly Source[] => {
  const own = globSync('e2e/stories/policies/*/policy.rego', { cwd: repositoryRoot });
  const files = [...own, ...SHIPPED.map((name) => `policies/${name}/policy.rego`)];
  const sources = files.map((file) => {
    const folder = dirname(file);
    return { template: basename(folder), folder, rego: readFileSync(join(repositoryRoot, file), 'utf8') };
  });
  return sources.sort((a, b) => (a.template < b.template ? -1 : 1));
};

const writeLibrary = async (folder: string, sources: readonly Source[]): Promise<void> => {
  const { compileModule, findOpa } = await policyLibrary();
  const opa = await findOpa({ cacheDirectory: join(repositoryRoot, '.weir', 'opa') });
  const texts = sources.flatMap((source) => slotsOf(source).map((id) => ({ id, rego: source.rego })));
  const { wasm, digest, entrypoints, reads } = await compileModule(opa, texts);
  const policies = sources.map((source) => ({
    template: source.template,
    regoDigest: digestOf(source.rego),
    slots: slotsOf(source).map((slot) => ({ slot, entrypoint: entrypoints[slot] })),
    reads: reads[slotsOf(source)[0] ?? ''],
  }));
  for (const source of sources)
    cpSync(join(repositoryRoot, source.folder), join(folder, source.template), { recursive: true });
  mkdirSync(join(folder, 'compiled'));
  writeFileSync(join(folder, 'compiled', 'library.wasm'), wasm);
  writeFileSync(join(folder, 'compiled', 'library.json'), JSON.stringify({ digest, policies }));
};

const slotsOf = ({ template }: Source): readonly string[] => {
  const name = template.replaceAll('-', '_');
  return Array.from({ length: SLOTS }, (_, turn) => (turn === 0 ? name : `${name}_${turn + 1}`));
};

const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
