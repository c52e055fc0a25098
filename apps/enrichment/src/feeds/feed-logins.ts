import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RefusedFeed } from './refused-feed.js';

/** Logins by origin (`https://mirror.example`), each as `user:password`. */
export type FeedLogins = Readonly<Record<string, string>>;

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text);
const loginsSchema = z.record(origin, z.string().regex(/^[^:]+:./s));

/**
 * Reads the file of logins anew for each fetch, so that a password can be changed without a restart.
 * @throws RefusedFeed when it cannot be read or is not what it should be; what stands in it is not told.
 */
export const readFeedLogins = async (file: string | undefined): Promise<FeedLogins> => {
  if (file === undefined) return {};
  try {
    return loginsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new RefusedFeed(
      'forbidden',
      `FEEDS_LOGINS_FILE: ${file} cannot be used. It holds JSON with a login for each origin, such as {"https://mirror.example": "user:password"}.`,
    );
  }
};

/** The login for an address: what stands in it, else what the file has for its origin. */
export const loginFor = (url: URL, logins: FeedLogins): string | undefined =>
  url.username === '' && url.password === '' ? logins[url.origin] : `${decoded(url.username)}:${decoded(url.password)}`;

/** A percent sign that encodes nothing stands for itself. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
