import { spawn } from 'node:child_process';
import type { OpaCompiler } from './opa-compiler.js';

/** What an OPA command printed and how it ended. */
export type OpaRun = { readonly status: number; readonly stdout: string; readonly stderr: string };

const longestRunMillis = 120_000;

const collect = (chunks: Buffer[]) => (chunk: Buffer) => void chunks.push(chunk);

/**
 * Runs OPA in a folder. A status other than 0 is an answer; rejects when OPA cannot be started or takes over two minutes.
 */
export const runOpa = (opa: OpaCompiler, args: readonly string[], folder: string): Promise<OpaRun> =>
  new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const child = spawn(opa.path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: longestRunMillis });
    child.stdout.on('data', collect(stdout));
    child.stderr.on('data', collect(stderr));
    child.once('error', (cause) => reject(new Error(`OPA at ${opa.path} cannot be started`, { cause })));
    child.once('close', (status, signal) => {
      if (status === null) reject(new Error(`opa ${args[0] ?? ''} was ended by ${signal ?? 'a signal'}`));
      else resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
