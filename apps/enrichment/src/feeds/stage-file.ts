import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Retryable } from '@weir/postgres';
import type { Chunks } from './peek.js';

/** A file of this machine, whole. */
export interface StagedFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * Puts what comes over a network into a temporary file of our own.
 * Invariant: however slowly it comes, nothing else is held meanwhile: no connection, no transaction, no lock.
 */
export const stageFile = async (chunks: Chunks): Promise<StagedFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-feed-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'feed');
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return { path, remove };
  } catch (fault) {
    await remove();
    throw isFull(fault)
      ? new Retryable(
          `The file cannot be kept in ${tmpdir()} while it arrives: no space is left there. Make room, or set TMPDIR.`,
          { cause: fault },
        )
      : fault;
  }
};

const isFull = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && (fault.code === 'ENOSPC' || fault.code === 'EDQUOT');
