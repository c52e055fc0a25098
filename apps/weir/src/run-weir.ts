import { isEnding } from '@weir/postgres';
import { endProcess, endWithReader } from '@weir/service/end';
import { processOutput } from './commands/output.js';
import { endOnSignals, endWithNpm } from './end-on-signals.js';
import { runCommandLine } from './run-command-line.js';

const args = process.argv.slice(2);
endWithReader(() => args[0] !== 'up');
// What runs until it is stopped closes in order by itself.
if (args[0] !== 'up') endOnSignals();
endWithNpm();
const isUnwatched = args[0] === 'up' && !process.stderr.isTTY;
const output = isUnwatched ? (await import('./commands/logged-output.js')).loggedOutput() : processOutput;
const exitCode = await runCommandLine(args, output);
// Whoever was told to end says no more: the signal's own code follows.
if (!isEnding()) await endProcess(exitCode);
