import { publication } from '../../harness/http.ts';
import { seeded } from '../../../tools/testing/seeded.ts';
import { EVENT_SOURCE, eventId } from './ledger.ts';

/** So few that each comes again within half a minute, whatever was said of it before. */
export const PACKAGES = 2_000;

const SHARE_DELETED = 0.03;
const LICENCES = ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'GPL-3.0-only', 'AGPL-3.0-only'];

export const packageName = (index: number): string => `package-${index}`;

export interface DrawnEvent {
  readonly isDeletion: boolean;
  readonly event: unknown;
}

/**
 * The event of a number: the same for the same seed, so that it can be sent again at any time without being kept. Most
 * publish a package under a licence that changes from time to time; some delete it, until a later one publishes it again.
 */
export const drawEvent = (seed: number, number: number): DrawnEvent => {
  const random = seeded(seed ^ Math.imul(number + 1, 0x9e37_79b1));
  const isDeletion = random() < SHARE_DELETED;
  const purl = `pkg:npm/${packageName(number % PACKAGES)}@1.0.0`;
  const license = LICENCES[Math.floor(random() * LICENCES.length)] ?? 'MIT';
  const event = publication(eventId(number), purl, isDeletion ? {} : { license }) as Readonly<Record<string, unknown>>;
  const type = isDeletion ? { type: 'dev.weir.package.deleted.v1' } : {};
  return { isDeletion, event: { ...event, ...type, source: EVENT_SOURCE } };
};
