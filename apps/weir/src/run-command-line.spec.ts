import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chanceOf, givenSeed, type Chance } from '../../../tools/testing/random-cases.js';
import { commandLine, runCommandLine } from './run-command-line.js';

vi.setConfig({ testTimeout: 60_000 });

const silent = { stdout: () => undefined, stderr: () => undefined };

interface Leaf {
  readonly path: string;
  readonly command: Command;
}
const leavesOf = (command: Command, path: readonly string[] = []): readonly Leaf[] =>
  command.commands.length === 0
    ? [{ path: path.join(' '), command }]
    : command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
const leaves = leavesOf(commandLine(silent, () => undefined));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-wrong-use-'));
  writeFileSync(join(folder, 'refused.rego'), 'package cloudsmith\nmatch if {\n x := \n}\n');
  writeFileSync(join(folder, 'fine.rego'), 'package cloudsmith\ndefault match := false\n');
  writeFileSync(join(folder, 'list.json'), '[1]');
  writeFileSync(join(folder, 'input.json'), '{"v0": {}}');
  for (const name of ['DATABASE_URL', 'KAFKA_BROKERS', 'WEIR_DATA', 'WEIR_API_KEY', 'PARTITIONS'])
    vi.stubEnv(name, undefined);
});
afterAll(() => rmSync(folder, { recursive: true }));

const NO_DATABASE = ['--database', 'postgres://nobody@127.0.0.1:1/none'];
const NO_DATA = ['--data', '/nowhere/at/all'];

/** Well-formed uses of each command that fail all the same, and how. */
const failing = (): Readonly<Record<string, readonly (readonly string[])[]>> => ({
  up: [],
  demo: [],
  'feed load': [
    ['kev', 'nowhere.json'],
    ['epss', join(folder, 'list.json'), '--url', 'http://127.0.0.1:1'],
    ['epss', join(folder, 'list.json'), '--replace'],
  ],
  'feed list': [
    ['--url', 'http://127.0.0.1:1'],
    ['--url', 'nowhere'],
  ],
  'feed accept': [
    ['kev', 'sha256:0'],
    ['kev', 'sha256:0', '--because', 'x', '--url', 'http://127.0.0.1:1'],
  ],
  'log verify': [NO_DATABASE, NO_DATA],
  'log replay': [NO_DATABASE, NO_DATA],
  'views verify': [NO_DATABASE, NO_DATA],
  'views rebuild': [NO_DATABASE, NO_DATA],
  'inventory rebuild': [NO_DATABASE, NO_DATA],
  migrate: [NO_DATABASE],
  'policy check': [['nowhere.rego'], [folder], [join(folder, 'refused.rego')]],
  'policy test': [['nowhere.rego'], [join(folder, 'refused.rego')], [join(folder, 'fine.rego')]],
  'policy list': [
    ['--url', 'http://127.0.0.1:1'],
    ['--url', 'nowhere'],
  ],
  'policy activate': [
    ['p', '--url', 'http://127.0.0.1:1'],
    ['p', '--revision', 'x'],
    ['p', '--wait', '0'],
  ],
  'policy deactivate': [['p', '--url', 'http://127.0.0.1:1']],
  'policy retire': [['p', '--url', 'http://127.0.0.1:1', '--wait', '5']],
  'policy apply': [['nowhere'], [folder], [join(folder, 'list.json')]],
  eval: [
    ['--policy', 'nowhere.rego', '--input', 'x'],
    ['--policy', join(folder, 'refused.rego'), '--input', join(folder, 'input.json')],
    ['--policy', join(folder, 'fine.rego')],
    ['--policy', join(folder, 'fine.rego'), '--input', 'nowhere.json'],
    ['--policy', join(folder, 'fine.rego'), '--input', join(folder, 'refused.rego')],
    ['--policy', join(folder, 'fine.rego'), '--inputs', 'nowhere.jsonl'],
    ['--policy', join(folder, 'fine.rego'), '--input', 'x', '--now', 'yesterday'],
    ['--policy', join(folder, 'fine.rego'), '--input', 'x', '--parameters', join(folder, 'list.json')],
  ],
  'keys create': [
    ['x', '--permissions', 'read', '--url', 'http://127.0.0.1:1'],
    ['x', '--permissions', 'read', ...NO_DATABASE],
    ['x', '--permissions', 'read', '--if-none', '--file', join(folder, 'list.json'), ...NO_DATABASE],
    ['x'],
  ],
  'keys list': [['--url', 'http://127.0.0.1:1'], ['--url', 'nowhere'], NO_DATABASE],
  'keys rotate': [
    ['x', ...NO_DATABASE],
    ['x', '--overlap', 'soon', ...NO_DATABASE],
  ],
  'keys revoke': [
    ['x', ...NO_DATABASE],
    ['x', '--url', 'http://127.0.0.1:1'],
  ],
  'topics adopt': [NO_DATABASE, NO_DATA],
  'topics apply': [['--kafka', '127.0.0.1:1', '--file', 'nowhere.yaml']],
  'dead-letters list': [NO_DATABASE, NO_DATA, [...NO_DATABASE, '--topic', 'nowhere.v1']],
  'dead-letters show': [['weir.packages.observed.v1', '0', '0', ...NO_DATABASE]],
  'dead-letters replay': [
    ['weir.packages.observed.v1', '0', '0', ...NO_DATABASE],
    ['weir.packages.observed.v1', ...NO_DATABASE],
    ['--all', ...NO_DATA],
  ],
});

const isFile = (syntax: string): boolean => /^<file(?:\.\.\.)?>$/.test(syntax);

/** A use of every command for each file that it takes, with a folder in that file's place. */
const folderForEachFile = (): readonly { readonly args: readonly string[]; readonly text: string }[] =>
  leaves.flatMap(({ path, command }) => {
    // A folder of policies may be tested and applied.
    if (path === 'policy test' || path === 'policy check') return [];
    const fine = (syntax: string): string =>
      path === 'eval' && syntax === '--policy' ? join(folder, 'fine.rego') : join(folder, 'input.json');
    const options = command.options.flatMap(({ flags, long }) => {
      const [syntax = ''] = flags.split(' ').slice(-1);
      return isFile(syntax) ? [long ?? ''] : [];
    });
    const needed = command.options.filter(({ mandatory }) => mandatory).flatMap(({ long = '' }) => [long ?? '']);
    const places = command.registeredArguments.map((argument) => argument.name());
    const values = places.map((name) => (name === 'kind' ? 'kev' : 'x'));
    const withOption = options.map((option) => [
      ...values,
      ...[
        ...new Set([...needed, option, ...(['--policy', '--parameters'].includes(option) ? ['--input'] : [])]),
      ].flatMap((name) => [name, name === option ? folder : name === '--kafka' ? '127.0.0.1:1' : fine(name)]),
    ]);
    const withArgument = places.includes('file') ? [places.map((name) => (name === 'file' ? folder : 'kev'))] : [];
    return [...withOption, ...withArgument].map((args) => ({
      args: [...path.split(' '), ...args],
      text: `weir ${path} ${args.join(' ')}`,
    }));
  });

/** Arguments that no command takes, so that it never gets to work. */
const wrongArguments = ({ path, command }: Leaf, chance: Chance): readonly string[] => {
  const withValue = command.options.filter((option) => option.required).map(({ long }) => long ?? '');
  const wrong: readonly (readonly string[])[] = [
    ['--nonsense'],
    ['--json=1=2', '--nothing'],
    ['--now-and-then', 'x'],
    ...(withValue.length === 0 ? [] : [['--nonsense', chance.pick(withValue)]]),
    ...(command.options.some(({ long }) => long === '--partitions')
      ? [['--partitions', chance.pick(['0', 'x', '-1'])]]
      : []),
    ...(path === 'up' ? [['--port', chance.pick(['x', '70000', '-1', '1.5'])]] : []),
    ...(command.registeredArguments.some(({ variadic }) => variadic)
      ? []
      : [['surplus', '0', '0', 'more', 'and more']]),
    ...(path === 'feed load' ? [['osv2', 'file']] : []),
  ];
  return chance.pick(wrong);
};

const run = async (args: readonly string[]) => {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runCommandLine(args, {
    stdout: (text) => void out.push(text),
    stderr: (text) => void errors.push(text),
  });
  return { code, stdout: out.join(''), stderr: errors.join('') };
};

const documentOf = (stdout: string): unknown => JSON.parse(stdout) as unknown;

const oneError = async (args: readonly string[]) => {
  const asked = `weir ${args.join(' ')}`;
  const { code, stdout, stderr } = await run(args);
  expect(code, asked).toBeGreaterThan(0);
  const document = documentOf(stdout) as { readonly error?: { readonly code: string; readonly message: string } };
  expect(stdout.trim().split('\n'), asked).toHaveLength(1);
  // An answer that is no, or why there is none.
  if (document.error === undefined || document.error === null) expect(code, asked).not.toBe(2);
  else {
    expect(document.error.message, asked).not.toBe('');
    expect(['wrong_use', 'fault', 'not_found', 'bad_input'], asked).toContain(document.error.code);
    expect(stderr.length > 0 || code === 3, asked).toBe(true);
  }
};

describe('every command with --json', () => {
  test('is known here, with the ways in which it fails', () => {
    expect(leaves.map(({ path }) => path).sort()).toEqual(Object.keys(failing()).sort());
    for (const { path, command } of leaves) {
      expect(
        command.options.map(({ long }) => long),
        path,
      ).toContain('--json');
    }
  });

  test.each(leaves.map(({ path }) => path))('%s: one document on stdout when it fails', async (path) => {
    for (const args of failing()[path] ?? []) await oneError([...path.split(' '), ...args, '--json']);
  });

  test('a folder where a file is asked for is named, whichever option or argument it is', async () => {
    for (const { args, text } of folderForEachFile()) {
      const { code, stdout } = await run([...args, '--json']);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(documentOf(stdout), text).toMatchObject({ error: { message: expect.stringContaining(folder) as string } });
    }
  });

  test('an address that is none is wrong use in every command that asks a running system', async () => {
    const asking = leaves.filter(({ command }) => command.options.some(({ long }) => long === '--url'));
    expect(asking.length).toBeGreaterThan(6);
    for (const { path, command } of asking) {
      const values = command.registeredArguments.map((argument) => (argument.name() === 'kind' ? 'kev' : 'x'));
      for (const url of ['notaurl', '', 'localhost:8080', 'ftp://host', 'http://']) {
        const { code, stdout } = await run([...path.split(' '), ...values, '--url', url, '--json']);
        expect({ path, url, code }).toEqual({ path, url, code: 2 });
        expect(documentOf(stdout)).toMatchObject({ error: { code: 'wrong_use' } });
      }
    }
  });

  const seed = givenSeed();
  test(`one document for whatever wrong arguments, from seed ${seed}`, async () => {
    const chance = chanceOf(seed);
    for (let turn = 0; turn < 300; turn += 1) {
      const leaf = chance.pick(leaves);
      const wrong = wrongArguments(leaf, chance);
      const place = chance.below(2);
      const args = [...leaf.path.split(' '), ...(place === 0 ? ['--json', ...wrong] : [...wrong, '--json'])];
      // What is the value of another option is no --json.
      if (place === 1 && wrong.at(-1)?.startsWith('--') === true && wrong.length === 2) args.splice(-1, 0, 'value');
      await oneError(args);
      const { stdout } = await run(args.filter((argument) => argument !== '--json'));
      expect(stdout, args.join(' ')).toBe('');
    }
  });

  test.each([[], ['policy'], ['nonsense'], ['policy', 'nonsense'], ['log'], ['feed', 'unload', 'x']])(
    'a command that there is not: weir %s',
    async (...args) => {
      await oneError([...args.filter((argument) => typeof argument === 'string'), '--json']);
    },
  );
});

test('a policy that is refused names line and column in the document of eval', async () => {
  const { code, stdout } = await run(['eval', '--policy', join(folder, 'refused.rego'), '--input', 'x', '--json']);
  expect(code).toBe(2);
  expect(documentOf(stdout)).toMatchObject({
    error: { code: 'wrong_use', findings: [{ severity: 'error', code: 'rego_parse_error', line: 4, column: 1 }] },
  });
});

test('--version says which version this is', async () => {
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n?$/) as string,
  });
});

test('help is text and no failure', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: weir') as string });
});

describe('what comes from somebody else', () => {
  const HOSTILE = 'x\u001b[2J\u009b31m\u0007\u202ey\u2028';
  const OBEYED = /(?![\n\t])\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u;
  let server: Server;
  beforeAll(async () => {
    server = createServer((_, response) => {
      const problem = { title: HOSTILE, detail: HOSTILE, errors: [{ pointer: `/${HOSTILE}`, detail: HOSTILE }] };
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Every use of a command in which one option, or all arguments, are such a text; those that start a system only wrongly. */
  const hostileUses = ({ path, command }: Leaf): readonly (readonly string[])[] => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const given = (name: string): string =>
      name === 'kind' ? 'kev' : ['partition', 'offset'].includes(name) ? '0' : HOSTILE;
    const places = command.registeredArguments.map((argument) => given(argument.name()));
    const options = command.options.filter(({ required }) => required).map(({ long }) => long ?? '');
    const needed = command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', HOSTILE]);
    const nowhere = options.includes('--database') ? NO_DATABASE : options.includes('--url') ? ['--url', url] : [];
    const uses = [...(options.includes('--url') ? [['--url', url]] : []), ...options.map((name) => [name, HOSTILE])];
    return [
      [`--${HOSTILE}`],
      ...(['up', 'demo'].includes(path) ? [] : uses.map((use) => [...places, ...nowhere, ...needed, ...use])),
    ];
  };

  test.each(leaves.map(({ path }) => path))('is no command to the terminal: %s', async (path) => {
    const leaf = leaves.find((one) => one.path === path);
    if (leaf === undefined) throw new Error(`no command ${path}`);
    for (const use of hostileUses(leaf))
      for (const args of [
        [...path.split(' '), ...use],
        [...path.split(' '), ...use, '--json'],
      ]) {
        const { stdout, stderr } = await run(args);
        expect(stdout + stderr, JSON.stringify(args)).not.toMatch(OBEYED);
        expect(stdout + stderr, JSON.stringify(args)).not.toBe('');
      }
  });
});
