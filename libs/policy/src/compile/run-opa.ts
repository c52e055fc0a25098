import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { clearedAtEnd } from '@weir/postgres';
import type { OpaCompiler } from './opa-compiler.js';
import { OpaOverran } from './opa-overran.js';

/** What an OPA command printed and how it ended. */
export type OpaRun = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** What one run may cost. A megabyte of Rego parses in 2 seconds of CPU to 42 MB. */
const LIMITS = { cpuSeconds: 20, outputBytes: 100_000_000 };

/** A run that gets no CPU on a busy machine is no author's fault; it ends some time all the same. */
const longestRunMillis = 120_000;

const CURE = 'write it shorter: a set or an object in place of many conditions, rules of their own in place of nesting';

/**
 * Runs OPA in a folder. A status other than 0 is an answer. Rejects with `OpaOverran` when the run takes more than 20
 * seconds of CPU (so many `times` over), more memory than there is or two minutes, or says over 100 MB; with another error when
 * OPA cannot be started.
 */
export const runOpa = (opa: OpaCompiler, args: readonly string[], folder: string, times = 1): Promise<OpaRun> =>
  new Promise((resolve, reject) => {
    const child = startBounded(opa.path, args, folder, LIMITS.cpuSeconds * times);
    const keep = clearedAtEnd({ now: () => void child.kill('SIGKILL') });
    child.once('exit', keep);
    let said = 0;
    const collect = (stream: Readable): readonly Buffer[] => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        said += chunk.length;
        if (said <= LIMITS.outputBytes) chunks.push(chunk);
        else child.kill('SIGKILL');
      });
      return chunks;
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.once('error', (cause) => reject(new Error(`OPA at ${opa.path} cannot be started`, { cause })));
    child.once('close', (status, signal) => {
      if (said > LIMITS.outputBytes) reject(new OpaOverran(`the compiler makes too much of it: ${CURE}`));
      else if (signal === 'SIGKILL')
        reject(
          new OpaOverran(`the compiler takes more than ${LIMITS.cpuSeconds} s of CPU, or memory, for it: ${CURE}`),
        );
      else if (status === null && child.killed)
        reject(new OpaOverran(`the compiler took over two minutes on this machine: send it again later, or ${CURE}`));
      else if (status === null) reject(new Error(`opa ${args[0] ?? ''} was ended by ${signal ?? 'a signal'}`));
      else resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });

/**
 * The kernel ends what exceeds its CPU (by SIGKILL: Go has no ear for SIGXCPU), so that a busy machine refuses nothing that
 * an idle one takes. Where there is no shell that sets limits, time alone does.
 */
const startBounded = (
  path: string,
  args: readonly string[],
  cwd: string,
  cpuSeconds: number,
): ChildProcessByStdio<null, Readable, Readable> => {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  if (process.platform === 'win32') return spawn(path, args, { cwd, stdio, timeout: longestRunMillis });
  const bounded = ['-c', `ulimit -t ${cpuSeconds} && exec "$0" "$@"`, path, ...args];
  return spawn('/bin/sh', bounded, { cwd, stdio, timeout: longestRunMillis });
};
