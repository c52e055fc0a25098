#!/usr/bin/env node
import { CommanderError } from 'commander';
import { WrongUse } from './commands/exit-code-of.js';
import { processOutput } from './commands/output.js';
import { buildProgram } from './program.js';

// npm scripts find the Node.js of node_modules first; who calls this file by hand may have an older one.
const OLDEST_NODE = 22;
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  processOutput.stderr(`weir: Node.js ${process.versions.node} is too old. Run it with npm (npm start, npm run weir -- ...), which uses the Node.js 24 that npm ci installed.`);
  process.exit(3);
}

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
