import { counted } from './counted.js';
import type { FeedKind } from './load-feed.js';
import type { ExitCode, Output } from './output.js';

export interface AcceptFeedOptions {
  readonly kind: FeedKind;
  /** Digest of the file, as the load or `GET /v1/feeds` told it. */
  readonly content: string;
  readonly url: string;
  readonly key: string | undefined;
  readonly by: string;
  readonly because: string;
  readonly json: boolean;
}

interface Accepted {
  readonly revision: string;
  readonly changed: number;
  readonly removed: number;
  readonly affectedPackages: number;
}

/** Lets in what the newest file of a feed takes away, in a running system; 1 when it was refused. */
export const acceptFeed = async (options: AcceptFeedOptions, output: Output): Promise<ExitCode> => {
  const { kind, content, url, key, by, because, json } = options;
  const response = await fetch(new URL(`/v1/feeds/${kind}/accept`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ content, by, because }),
  }).catch((cause: unknown) => {
    throw new Error(`Nothing answers at ${url}. Start Weir, or name it with --url.`, { cause });
  });
  const answer: unknown = await response.json();
  if (json) output.stdout(JSON.stringify(answer));
  else if (response.ok) output.stdout(sentence(kind, answer as Accepted));
  else output.stderr((answer as { readonly detail?: string }).detail ?? `The server answered ${response.status}.`);
  return response.ok ? 0 : 1;
};

const sentence = (kind: FeedKind, { revision, changed, removed, affectedPackages }: Accepted): string =>
  `${kind} ${revision}: ${removed} gone, ${changed} lowered; ${counted(affectedPackages, 'package')} to judge again`;
