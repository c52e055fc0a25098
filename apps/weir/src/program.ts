import { Command, InvalidArgumentError, Option } from 'commander';
import { demo } from './commands/demo.js';
import { loadFeed, type FeedKind } from './commands/load-feed.js';
import type { ExitCode, Output } from './commands/output.js';
import { up } from './commands/up.js';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_DATA = '.weir';

/** The `weir` command line. `finish` gets the exit code of the command that ran. */
export const buildProgram = (output: Output, finish: (code: ExitCode) => void): Command => {
  const program = new Command('weir')
    .description('Event-sourced policy evaluation for software packages.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => output.stderr(text), writeOut: (text) => output.stdout(text) })
    .showHelpAfterError('Run weir --help for the commands.');
  addRunning(program, output);
  addFeeds(program, output, finish);
  for (const command of program.commands) withExitOverride(command);
  return program;
};

const json = (): Option => new Option('--json', 'print one JSON document and nothing else on stdout').default(false);
const data = (): Option => new Option('--data <dir>', 'folder for all data').env('WEIR_DATA').default(DEFAULT_DATA);

const addRunning = (program: Command, output: Output): void => {
  program
    .command('up')
    .description('run the whole system until Ctrl-C')
    .option('--port <number>', 'port to listen on', portNumber, 8080)
    .addOption(data())
    .option('--demo', "play the demo's story first and keep its data", false)
    .addOption(json())
    .action((options: { port: number; data: string; demo: boolean; json: boolean }) => up(options, output));
  program
    .command('demo')
    .description('play two days of real EPSS scores on a fresh system')
    .addOption(json())
    .action((options: { json: boolean }) => demo(options, output));
};

const addFeeds = (program: Command, output: Output, finish: (code: ExitCode) => void): void => {
  program
    .command('feed')
    .description('advisories and scores')
    .command('load')
    .description('load feed files into a running system, or into a folder')
    .argument('<kind>', 'osv, epss or kev', feedKind)
    .argument('<file...>', 'files to load, in this order')
    .option('--url <url>', 'the running system', DEFAULT_URL)
    .addOption(new Option('--key <key>', 'API key').env('WEIR_API_KEY'))
    .option('--data <dir>', 'load into this folder instead, with no system running on it')
    .addOption(json())
    .action(async (kind: FeedKind, files: string[], options: { url: string; key?: string; data?: string; json: boolean }) => {
      finish(await loadFeed({ kind, files, url: options.url, key: options.key, data: options.data, json: options.json }, output));
    });
};

const withExitOverride = (command: Command): void => {
  command.exitOverride();
  for (const child of command.commands) withExitOverride(child);
};

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
};

const feedKind = (text: string): FeedKind => {
  if (text === 'osv' || text === 'epss' || text === 'kev') return text;
  throw new InvalidArgumentError('Known feeds are osv, epss and kev.');
};
