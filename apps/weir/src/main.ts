#!/usr/bin/env node
import { CommanderError } from 'commander';
import { WrongUse } from './commands/exit-code-of.js';
import { processOutput } from './commands/output.js';
import { buildProgram } from './program.js';

let exitCode = 0;
const program = buildProgram(processOutput, (code) => {
  exitCode = code;
});

try {
  await program.parseAsync();
} catch (fault) {
  exitCode = exitCodeFor(fault);
  if (!(fault instanceof CommanderError)) processOutput.stderr(messageOf(fault));
}
process.exit(exitCode);

function exitCodeFor(fault: unknown): 0 | 2 | 3 {
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  return fault instanceof WrongUse ? 2 : 3;
}

function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const because = fault.cause instanceof Error ? `\n  because: ${fault.cause.message}` : '';
  return `weir: ${fault.message}${because}`;
}
