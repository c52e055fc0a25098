import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addDataCommands } from './add-data-commands.js';
import { addKeyCommands } from './add-key-commands.js';
import { addPolicyCommands } from './add-policy-commands.js';
import { addTopicCommands } from './add-topic-commands.js';
import { data, json } from './command-options.js';
import { exitCodeOf, WrongUse } from './commands/exit-code-of.js';
import type { ExitCode, Output } from './commands/output.js';
import type { UpOptions } from './commands/up.js';

/** The commands of `weir`. A command's code is loaded when it runs: all of it costs more than a second. */
export const commandLine = (output: Output, finish: (code: ExitCode) => void): Command => {
  const program = new Command('weir')
    .description('Event-sourced policy evaluation for software packages.')
    .version(versionOfWeir(), '-V, --version', 'which version this is')
    .configureOutput({
      writeErr: (text) => output.stderr(text),
      writeOut: (text) => output.stdout(text),
      // Told once, by whoever runs the command line.
      outputError: () => undefined,
    });
  addUp(program, output);
  addDemo(program, output);
  addDataCommands(program, output, finish);
  addPolicyCommands(program, output, finish);
  addKeyCommands(program, output, finish);
  addTopicCommands(program, output, finish);
  withExitOverride(program);
  return program;
};

/**
 * Runs the command that `args` name and tells its exit code. Invariant: with `--json` there is one document on stdout (a
 * line each where the command says so), also for what no command is responsible for, such as an option that there is not.
 */
export const runCommandLine = (args: readonly string[], output: Output): Promise<ExitCode> =>
  exitCodeOf({ output, json: asksForJson(args) }, async (watched) => {
    let exitCode: ExitCode = 0;
    const program = commandLine(watched, (code) => {
      exitCode = code;
    });
    try {
      await program.parseAsync(args, { from: 'user' });
    } catch (fault) {
      if (!(fault instanceof CommanderError)) throw fault;
      if (fault.exitCode === 0) return 0;
      throw new WrongUse(sentenceOf(fault), { cause: fault });
    }
    return exitCode;
  });

/** Beside the sources and beside what is built, one folder up. */
const versionOfWeir = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

const sentenceOf = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'Name a command.' : `${message}\nRun weir --help for the commands.`;

const asksForJson = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
};

const addUp = (program: Command, output: Output): void => {
  program
    .command('up')
    .description('run the whole system until Ctrl-C')
    .option('--port <number>', 'port to listen on', portNumber, 8080)
    .addOption(data())
    .option('--demo', "play the demo's story first and keep its data", false)
    .addOption(
      new Option('--kafka <brokers>', 'Kafka brokers as host:port, separated by commas, to carry the topics').env(
        'KAFKA_BROKERS',
      ),
    )
    .addOption(new Option('--database <url>', 'PostgreSQL to use instead of the embedded one').env('DATABASE_URL'))
    .addOption(json())
    .action(async (options: Omit<UpOptions, 'kafka' | 'database'> & { kafka?: string; database?: string }) => {
      const { up } = await import('./commands/up.js');
      await up({ ...options, kafka: options.kafka, database: options.database }, output);
    });
};

const addDemo = (program: Command, output: Output): void => {
  program
    .command('demo')
    .description('play two days of real EPSS scores on a fresh system')
    .addOption(json())
    .action(async (options: { json: boolean }) => {
      const { demo } = await import('./commands/demo.js');
      await demo(options, output);
    });
};

const withExitOverride = (command: Command): void => {
  command.exitOverride();
  for (const child of command.commands) withExitOverride(child);
};

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
};
