import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FeedSource } from './feed.js';
import { openUrl, type UrlPolicy } from './open-url.js';
import type { Chunks } from './peek.js';
import { brokenFeed } from './refused-feed.js';
import { withoutSecrets } from './without-secrets.js';

export interface OpenedSource {
  /** What people call it: a path, a URL, or `upload`. */
  readonly name: string;
  readonly etag: string | null;
  readonly chunks: Chunks;
}

export interface SourceOptions {
  readonly policy: UrlPolicy;
  /** ETag of the last load of the same URL. */
  readonly etagOf: (name: string) => Promise<string | null>;
}

/** Opens a path, a file or http URL, or takes a stream as it is; `unchanged` when a server says so. */
export const openSource = async (
  source: FeedSource,
  options: SourceOptions,
): Promise<OpenedSource | { readonly unchanged: string }> => {
  // Not destroyed when reading ends early: an upload's sender must still get its answer.
  if (source instanceof Readable)
    return { name: 'upload', etag: null, chunks: source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer> };
  const url = asUrl(source);
  if (url === null) return openFile(String(source));
  if (url.protocol === 'file:') return openFile(fileURLToPath(url));
  const name = withoutSecrets(url.href);
  const opened = await openUrl(url, await options.etagOf(name), options.policy);
  return opened ? { name, etag: opened.etag, chunks: opened.response as AsyncIterable<Buffer> } : { unchanged: name };
};

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
  return { name: path, etag: null, chunks: createReadStream(path) as AsyncIterable<Buffer> };
};
