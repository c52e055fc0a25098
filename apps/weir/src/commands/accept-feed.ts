import { askSystem, problemText, type RunningSystem } from './ask-system.js';
import { counted } from './counted.js';
import type { FeedKind } from '@weir/contracts';
import type { ExitCode, Output } from './output.js';

export interface AcceptFeedOptions extends RunningSystem {
  readonly kind: FeedKind;
  /** Digest of the file, as the load or `GET /v1/feeds` told it. */
  readonly content: string;
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
  const { kind, content, by, because, json } = options;
  const { ok, body } = await askSystem(options, 'POST', `/v1/feeds/${kind}/accept`, { content, by, because });
  if (json) output.stdout(JSON.stringify(body));
  else if (ok) output.stdout(sentence(kind, body as Accepted));
  else output.stderr(problemText(body));
  return ok ? 0 : 1;
};

const sentence = (kind: FeedKind, { revision, changed, removed, affectedPackages }: Accepted): string =>
  `${kind} ${revision}: ${removed} gone, ${changed} lowered; ${counted(affectedPackages, 'package')} to judge again`;
