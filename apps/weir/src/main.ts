#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addDataCommands } from './add-data-commands.js';
import { addPolicyCommands } from './add-policy-commands.js';
import { addTopicCommands } from './add-topic-commands.js';
import { data, json } from './command-options.js';
import { WrongUse } from './commands/exit-code-of.js';
import { processOutput, type ExitCode } from './commands/output.js';
import type { UpOptions } from './commands/up.js';

// npm scripts find the Node.js of node_modules first; who calls this file by hand may have an older one.
const OLDEST_NODE = 22;
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  processOutput.stderr(
    `weir: Node.js ${process.versions.node} is too old. Run it with npm (npm start, npm run weir -- ...), which uses the Node.js 24 that npm ci installed.`,
  );
  process.exit(3);
}

let exitCode: ExitCode = 0;
const finish = (code: ExitCode): void => {
  exitCode = code;
};

// A command's code is loaded when it runs: all of it costs more than a second.
const program = new Command('weir')
  .description('Event-sourced policy evaluation for software packages.')
  .exitOverride()
  .configureOutput({ writeErr: (text) => processOutput.stderr(text), writeOut: (text) => processOutput.stdout(text) })
  .showHelpAfterError('Run weir --help for the commands.');
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
    await up({ ...options, kafka: options.kafka, database: options.database }, processOutput);
  });
program
  .command('demo')
  .description('play two days of real EPSS scores on a fresh system')
  .addOption(json())
  .action(async (options: { json: boolean }) => {
    const { demo } = await import('./commands/demo.js');
    await demo(options, processOutput);
  });
addDataCommands(program, processOutput, finish);
addPolicyCommands(program, processOutput, finish);
addTopicCommands(program, processOutput, finish);
for (const command of program.commands) withExitOverride(command);

try {
  await program.parseAsync();
} catch (fault) {
  exitCode = exitCodeFor(fault);
  if (!(fault instanceof CommanderError)) processOutput.stderr(messageOf(fault));
}
process.exit(exitCode);

function withExitOverride(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) withExitOverride(child);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

function exitCodeFor(fault: unknown): 0 | 2 | 3 {
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  return fault instanceof WrongUse ? 2 : 3;
}

function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const because = fault.cause instanceof Error ? `\n  because: ${fault.cause.message}` : '';
  return `weir: ${fault.message}${because}`;
}
