#!/usr/bin/env node
import { CommanderError } from 'commander';
import { processOutput } from './commands/output.js';
import { buildProgram } from './program.js';

let exitCode = 0;
const program = buildProgram(processOutput, (code) => {
  exitCode = code;
});

try {
  await program.parseAsync();
} catch (fault) {
  exitCode = fault instanceof CommanderError ? (fault.exitCode === 0 ? 0 : 2) : 3;
  if (!(fault instanceof CommanderError)) processOutput.stderr(messageOf(fault));
}
process.exit(exitCode);

function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const because = fault.cause instanceof Error ? `\n  because: ${fault.cause.message}` : '';
  return `weir: ${fault.message}${because}`;
}
