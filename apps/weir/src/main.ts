#!/usr/bin/env node
import { isEnding } from '@weir/postgres';
import { endProcess, endWithReader } from '@weir/service/end';
import { processOutput } from './commands/output.js';
import { endOnSignals, endWithNpm } from './end-on-signals.js';
import { runCommandLine } from './run-command-line.js';

// npm scripts find the Node.js of node_modules first; who calls this file by hand may have an older one.
const OLDEST_NODE = 22;
const args = process.argv.slice(2);
endWithReader(() => args[0] !== 'up');
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  processOutput.stderr(
    `weir: Node.js ${process.versions.node} is too old. Run it with npm (npm start, npm run weir -- ...), which uses the Node.js 24 that npm ci installed.`,
  );
  await endProcess(3);
}
// What runs until it is stopped closes in order by itself.
if (args[0] !== 'up') endOnSignals();
endWithNpm();
const exitCode = await runCommandLine(args, processOutput);
// Whoever was told to end says no more: the signal's own code follows.
if (!isEnding()) await endProcess(exitCode);
