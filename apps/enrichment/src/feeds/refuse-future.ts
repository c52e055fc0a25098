import { latestBelieved } from './calendar.js';
import { brokenFeed } from './refused-feed.js';

/** Refuses a file whose own date has not come: it would be newer than every true file until then. */
export const refuseFuture = (
  stated: string,
  now: string,
  place: { readonly what: string; readonly line?: number },
): void => {
  if (stated <= latestBelieved(now)) return;
  const where = place.line === undefined ? 'The file' : `Line ${place.line}`;
  throw brokenFeed(
    `${where} says ${place.what} ${stated}, and it is ${now} now: fetch the file again, or set this machine's clock.`,
    place.line === undefined ? {} : { line: place.line },
  );
};
