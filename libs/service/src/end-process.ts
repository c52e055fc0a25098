import type { Writable } from 'node:stream';

type Streams = { readonly stdout: Writable; readonly stderr: Writable };

/** Resolves when all that was written before has gone to the system, or nobody takes it any more. */
const written = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    if (!stream.writable) {
      resolve();
      return;
    }
    stream.once('close', resolve).once('error', () => resolve());
    stream.write('', () => resolve());
  });

/**
 * Ends this process, once all that it has said is out. Writing to a pipe goes on after `write` has returned, and
 * `process.exit` would lose what is still on its way: this is the one place that calls it for a command that is done.
 */
export const endProcess = async (
  code: number,
  { stdout, stderr }: Streams = process,
  exit: (code: number) => void = (status) => process.exit(status),
): Promise<void> => {
  await Promise.all([written(stdout), written(stderr)]);
  exit(code);
};

/** What a shell tells of a program that wrote to a pipe whose reader was gone: 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

/**
 * Ends this process quietly when the reader of what it says goes away, as `| head` does: without that Node prints a stack.
 * `endsWithReader` is false for what goes on without one, such as a server.
 */
export const endWithReader = (
  endsWithReader: () => boolean,
  { stdout, stderr }: Streams = process,
  exit: (code: number) => void = (status) => process.exit(status),
): void => {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'EPIPE') throw fault;
      if (endsWithReader()) exit(BROKEN_PIPE);
    });
  }
};
