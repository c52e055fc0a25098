import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesInContext } from './docker-context.js';
import { readDockerfile, type Instruction, type Stage } from './read-dockerfile.js';

/** What stands in an image's file system, put together without a Docker engine. */
export interface AssembledImage {
  /** The folder that is `/` of the image; the base image's own files are not there. */
  readonly root: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Does in folders below `folder` what deploy/Dockerfile does in stages, up to `target`: copies what COPY names and
 * .dockerignore lets through, and runs what RUN says with the Node.js of this process. So a file that is not copied, or
 * a package that production lacks, is missing here as well. Stages that the target does not need are left out.
 */
export const assembleImage = (repository: string, target: string, folder: string): AssembledImage => {
  const stages = readDockerfile(readFileSync(join(repository, 'deploy', 'Dockerfile'), 'utf8'));
  const context: Context = {
    repository,
    files: filesInContext(repository, readFileSync(join(repository, 'deploy', 'Dockerfile.dockerignore'), 'utf8')),
  };
  const made = new Map<string, AssembledImage>();
  const make = (name: string): AssembledImage => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const stage = stages.find((one) => one.name === name);
    if (stage === undefined) throw new Error(`deploy/Dockerfile has no stage ${name}.`);
    const image = makeStage(
      stage,
      stages.some((one) => one.name === stage.from) ? make(stage.from) : null,
      mkdtempSync(join(folder, `${name}-`)),
      context,
      make,
    );
    made.set(name, image);
    return image;
  };
  return make(target);
};

interface Context {
  readonly repository: string;
  readonly files: readonly string[];
}

const makeStage = (
  { instructions }: Stage,
  base: AssembledImage | null,
  root: string,
  context: Context,
  make: (stage: string) => AssembledImage,
): AssembledImage => {
  chmodSync(root, 0o755);
  if (base !== null) link(base.root, root);
  let workingDirectory = base?.workingDirectory ?? '/';
  let environment = base?.environment ?? {};
  for (const instruction of instructions) {
    const inside = join(root, workingDirectory);
    if (instruction.name === 'WORKDIR')
      mkdirSync(join(root, (workingDirectory = instruction.text)), { recursive: true });
    else if (instruction.name === 'ENV') environment = { ...environment, ...pairs(instruction.text) };
    else if (instruction.name === 'COPY') copy(instruction, inside, context, make);
    else if (instruction.name === 'RUN') run(instruction.text, inside, context.repository);
  }
  return { root, workingDirectory, environment };
};

const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(/\s+/).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );

const copy = (
  { flags, text }: Instruction,
  inside: string,
  context: Context,
  make: (stage: string) => AssembledImage,
): void => {
  const words = text.split(/\s+/);
  const sources = words.slice(0, -1);
  const target = join(inside, words.at(-1) ?? '');
  const intoFolder = words.at(-1)?.endsWith('/') ?? false;
  for (const source of sources) {
    if (flags['from'] !== undefined) link(join(make(flags['from']).root, source), target);
    else copyFromContext(source, intoFolder ? join(target, basename(source)) : target, context);
  }
};

/** A folder's contents go into the target, a file becomes the target. */
const copyFromContext = (source: string, target: string, { repository, files }: Context): void => {
  const wanted = files.filter((file) => file === source || file.startsWith(`${source}/`));
  if (wanted.length === 0)
    throw new Error(`COPY ${source}: there is no such file, or deploy/Dockerfile.dockerignore keeps it out.`);
  for (const file of wanted) {
    const to = statSync(join(repository, source)).isFile() ? target : join(target, file.slice(source.length + 1));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(repository, file), to);
  }
};

/** The folder `from` with all that is in it, as `to`; by hard links where the file system has them, since no stage writes into a file. */
const link = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  const { status, stderr } = spawnSync('sh', ['-c', 'cp -al "$0/." "$1" 2>/dev/null || cp -R "$0/." "$1"', from, to], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${from} cannot be copied: ${stderr}`);
};

/** What the build needs is installed here already, by the same command from the same lock file. */
const INSTALL_ALL = 'npm ci --ignore-scripts';

const run = (command: string, inside: string, repository: string): void => {
  if (command === INSTALL_ALL) {
    link(join(repository, 'node_modules'), join(inside, 'node_modules'));
    return;
  }
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    npm_config_prefer_offline: 'true',
  };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: inside, env, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`RUN ${command}: ended with ${String(status)}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
};
