import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { FeedKind } from '@weir/contracts';
import { createLogger } from '@weir/service';
import { startWeir } from '../compose/start-weir.js';
import { loadedSentence, type FeedAnswer } from './loaded-sentence.js';
import type { ExitCode, Output } from './output.js';
import { refuseFolder } from './read-file-or-refuse.js';

export interface LoadFeedOptions {
  readonly kind: FeedKind;
  readonly files: readonly string[];
  readonly url: string;
  readonly key: string | undefined;
  /** A folder to load into, with no system running on it; `url` is then not used. */
  readonly data: string | undefined;
  /** Why a person puts the file in the place of what is known; undefined: it is loaded as usual. */
  readonly replaces: { readonly by: string; readonly because: string } | undefined;
  readonly json: boolean;
}

interface FileResult {
  readonly file: string;
  /** Whether it was taken; one that is held back was taken in part. */
  readonly ok: boolean;
  readonly result: unknown;
}

/** Sends feed files to a running system, one after the other; 1 when one of them was refused or held back. */
export const loadFeed = async (options: LoadFeedOptions, output: Output): Promise<ExitCode> => {
  for (const file of options.files) refuseFolder(file, 'the feed file');
  return options.data === undefined ? sendAll(options, output) : intoFolder(options, options.data, output);
};

/** The same way through the front door: a system is started on the folder for as long as the loading takes. */
const intoFolder = async (options: LoadFeedOptions, data: string, output: Output): Promise<ExitCode> => {
  const weir = await startWeir({
    dataDirectory: data,
    port: 0,
    clock: () => new Date(),
    logger: createLogger('weir'),
    env: { ...process.env, HOST: '127.0.0.1' },
  });
  try {
    const code = await sendAll({ ...options, url: weir.url }, output);
    await weir.settled();
    return code;
  } finally {
    await weir.close();
  }
};

const sendAll = async (options: LoadFeedOptions, output: Output): Promise<ExitCode> => {
  const results: FileResult[] = [];
  for (const file of options.files) {
    const result = await send(options, file);
    results.push(result);
    if (!options.json) output[isWhole(result) ? 'stdout' : 'stderr'](`${file}: ${sentence(result)}`);
  }
  if (options.json) output.stdout(JSON.stringify({ feed: options.kind, files: results }));
  return results.every(isWhole) ? 0 : 1;
};

const isWhole = ({ ok, result }: FileResult): boolean => ok && (result as FeedAnswer).heldBack === null;

const send = async ({ kind, url, key, replaces }: LoadFeedOptions, file: string): Promise<FileResult> => {
  const query = new URLSearchParams({ name: basename(file), ...(replaces && { replace: 'true', ...replaces }) });
  const target = new URL(`/v1/feeds/${kind}?${query.toString()}`, url);
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  }).catch((cause: unknown) => {
    throw new Error(`Nothing answers at ${url}. Start Weir, name it with --url, or load into a folder with --data.`, {
      cause,
    });
  });
  return { file, ok: response.ok, result: await response.json() };
};

const sentence = ({ ok, result }: FileResult): string => {
  if (!ok) {
    const { detail, title } = result as { readonly detail?: string; readonly title?: string };
    return detail ?? title ?? 'refused';
  }
  return loadedSentence(result as FeedAnswer);
};
