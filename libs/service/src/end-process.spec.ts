import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { forEachSeed } from '../../../tools/testing/random-cases.js';
import { endProcess, endWithReader } from './end-process.js';

/** Takes what is written when it is told to. */
const slowStream = () => {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write: (chunk: Buffer, _encoding, done) =>
      void waiting.push(() => {
        taken.push(chunk.toString());
        done();
      }),
  });
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
  };
  return { stream, taken, drain };
};

test('a process ends when all that it said is out, however slow its readers are, and not before', async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    const [stdout, stderr] = [slowStream(), slowStream()];
    for (let line = 0; line <= turn; line += 1) stdout.stream.write(`line ${line}\n`);
    if (turn % 2 === 0) stderr.stream.write('done\n');
    const ends: number[] = [];
    const ended = endProcess(3, { stdout: stdout.stream, stderr: stderr.stream }, (code) => ends.push(code));
    await new Promise(setImmediate);
    expect(ends).toEqual([]);
    await Promise.all([stdout.drain(), stderr.drain()]);
    await ended;
    expect(ends).toEqual([3]);
    expect(stdout.taken.join('')).toBe(Array.from({ length: turn + 1 }, (_, line) => `line ${line}\n`).join(''));
  }
});

test('it ends although nobody reads it any more', async () => {
  const [stdout, stderr] = [slowStream(), slowStream()];
  stdout.stream.destroy();
  const ended = endProcess(0, { stdout: stdout.stream, stderr: stderr.stream }, () => undefined);
  await stderr.drain();
  await ended;
});

test('a reader that goes away ends a command quietly and a server not at all; another fault is told', () => {
  forEachSeed(20, (chance) => {
    const isCommand = chance.happens(0.5);
    const [stdout, stderr] = [slowStream().stream, slowStream().stream];
    const ends: number[] = [];
    endWithReader(
      () => isCommand,
      { stdout, stderr },
      (code) => ends.push(code),
    );
    const stream = chance.pick([stdout, stderr]);
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(ends).toEqual(isCommand ? [141] : []);
    expect(() => stream.emit('error', Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toThrow('no space');
  });
});
