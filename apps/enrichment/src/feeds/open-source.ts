import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FeedSource } from './feed.js';
import { openUrl, type UrlPolicy } from './open-url.js';
import type { Chunks } from './peek.js';
import { brokenFeed } from './refused-feed.js';
import { stageFile } from './stage-file.js';
import { atMost } from './unpack.js';
import { withoutSecrets } from './without-secrets.js';

export interface OpenedSource {
  /** What people call it: a path, a URL, or `upload`. */
  readonly name: string;
  readonly etag: string | null;
  /** A file of this machine, whole, of the size that may be at most. */
  readonly path: string;
  /** Removes what was made to read it. */
  readonly close: () => Promise<void>;
}

export interface SourceOptions {
  readonly policy: UrlPolicy;
  /** ETag of the last load of the same URL. */
  readonly etagOf: (name: string) => Promise<string | null>;
  /** Most bytes that are taken from a network. */
  readonly mostBytes: number;
}

/**
 * Opens a path, a file or http URL, or a stream; `unchanged` when a server says so. What comes over a network is read
 * to its end first (`stageFile`).
 */
export const openSource = async (
  source: FeedSource,
  options: SourceOptions,
): Promise<OpenedSource | { readonly unchanged: string }> => {
  if (source instanceof Readable) return { name: 'upload', etag: null, ...(await stage(uploaded(source), options)) };
  const url = asUrl(source);
  if (url === null) return openFile(String(source));
  if (url.protocol === 'file:') return openFile(fileURLToPath(url));
  const name = withoutSecrets(url.href);
  const opened = await openUrl(url, await options.etagOf(name), options.policy);
  if (!opened) return { unchanged: name };
  return { name, etag: opened.etag, ...(await stage(opened.chunks, options)) };
};

const stage = async (chunks: Chunks, { mostBytes }: SourceOptions): Promise<Pick<OpenedSource, 'path' | 'close'>> => {
  const { path, remove } = await stageFile(atMost(chunks, mostBytes, 'is larger than'));
  return { path, close: remove };
};

/** Not destroyed when reading ends early: an upload's sender must still get its answer. */
async function* uploaded(source: Readable): Chunks {
  try {
    yield* source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw brokenFeed('The upload broke off before its end: send it again.', { cause });
  }
}

/** Only text with a scheme is a URL; C:\feeds is a path. */
const asUrl = (source: string | URL): URL | null => {
  if (source instanceof URL) return source;
  return /^(?:https?|file):\/\//i.test(source) && URL.canParse(source) ? new URL(source) : null;
};

const openFile = async (path: string): Promise<OpenedSource> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw brokenFeed(`${withoutSecrets(path)} cannot be opened: name a file that exists and may be read.`, { cause });
  });
  if (!found.isFile()) throw brokenFeed(`${withoutSecrets(path)} is not a file: name the feed's file itself.`);
  return { name: path, etag: null, path, close: async () => undefined };
};
