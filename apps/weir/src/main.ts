#!/usr/bin/env node
import { endProcess, endWithReader } from '@weir/service/end';
import { processOutput } from './commands/output.js';
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
await endProcess(await runCommandLine(args, processOutput));
