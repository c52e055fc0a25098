import { get as getPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getEncrypted } from 'node:https';
import { Retryable } from '@weir/postgres';
import { publicAddressesOnly } from '@weir/service';
import { loginFor, type FeedLogins } from './feed-logins.js';
import type { Chunks } from './peek.js';
import { RefusedFeed } from './refused-feed.js';
import { withoutSecrets } from './without-secrets.js';

export interface UrlPolicy {
  /** Whether feeds may be fetched from this machine and private networks. */
  readonly allowPrivate: boolean;
  /** Milliseconds without a byte after which a fetch is given up. */
  readonly timeoutMillis: number;
  /** Milliseconds after which a fetch is given up, however much came. */
  readonly totalMillis: number;
  /** Of servers that ask for one; none unless told. */
  readonly logins?: FeedLogins;
}

export interface OpenedUrl {
  readonly chunks: Chunks;
  readonly etag: string | null;
}

const MOST_REDIRECTS = 5;

/** What a fetch is asked with, through all its redirects. */
interface Fetch {
  readonly etag: string | null;
  readonly policy: UrlPolicy;
  /** Aborts when the whole fetch has taken too long. */
  readonly late: AbortSignal;
}

/** Fetches a feed; null when the server says that it is still what `etag` names. Throws Retryable when it cannot be had now. */
export const openUrl = (url: URL, etag: string | null, policy: UrlPolicy): Promise<OpenedUrl | null> =>
  open(url, { etag, policy, late: AbortSignal.timeout(policy.totalMillis) }, 0);

const open = async (url: URL, fetch: Fetch, redirects: number): Promise<OpenedUrl | null> => {
  const { policy } = fetch;
  refuseUrl(url, policy);
  const response = await request(url, fetch);
  const { statusCode: status = 0, headers } = response;
  if (status === 200) return { chunks: bodyOf(url, response, fetch), etag: headers.etag ?? null };
  response.resume();
  if (status === 304) return null;
  if (status >= 300 && status < 400 && headers.location) {
    if (redirects === MOST_REDIRECTS)
      throw new RefusedFeed('forbidden', `${shown(url)} redirects more than ${MOST_REDIRECTS} times.`);
    const next = new URL(headers.location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new RefusedFeed('forbidden', `${shown(url)} redirects to ${shown(next)}, which is not encrypted.`);
    return open(next, fetch, redirects + 1);
  }
  throw new Retryable(`${shown(url)} answered ${status}`);
};

/** What is told of an address may stand in a log. */
const shown = (url: URL): string => withoutSecrets(url.href);

const refuseUrl = (url: URL, { allowPrivate }: UrlPolicy): void => {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new RefusedFeed('forbidden', `${shown(url)} is no http or https address.`);
  if (!allowPrivate) refusePrivateHost(url);
};

const privateAddress = (host: string): RefusedFeed =>
  new RefusedFeed(
    'forbidden',
    `${host} is on a private network: set FEEDS_ALLOW_PRIVATE=true when feeds may be fetched from there.`,
  );

const { refusePrivateHost, publicLookup } = publicAddressesOnly(privateAddress);

const request = (url: URL, fetch: Fetch): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { etag, policy, late } = fetch;
    const get = url.protocol === 'https:' ? getEncrypted : getPlain;
    const login = loginFor(url, policy.logins ?? {});
    const options: RequestOptions = {
      headers: { accept: '*/*', 'user-agent': 'weir', ...(etag ? { 'if-none-match': etag } : {}) },
      timeout: policy.timeoutMillis,
      signal: late,
      ...(login === undefined ? {} : { auth: login }),
      ...(policy.allowPrivate ? {} : { lookup: publicLookup }),
    };
    const sent = get(url, options, resolve);
    sent.on('timeout', () => sent.destroy(new Retryable(`${shown(url)} was silent for ${policy.timeoutMillis} ms`)));
    sent.on('error', (fault) => reject(fetchFault(url, fault, fetch)));
  });

async function* bodyOf(url: URL, response: IncomingMessage, fetch: Fetch): Chunks {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (fault) {
    throw fetchFault(url, fault, fetch);
  }
}

const fetchFault = (url: URL, fault: unknown, { policy, late }: Fetch): Error => {
  if (late.aborted)
    return new Retryable(`${shown(url)} was not read within ${policy.totalMillis / 1000} s: raise FEEDS_TOTAL_SECONDS`);
  if (fault instanceof RefusedFeed || fault instanceof Retryable) return fault;
  const said = fault instanceof Error ? fault.message : String(fault);
  return new Retryable(`${shown(url)} cannot be reached: ${said}`, { cause: fault });
};
