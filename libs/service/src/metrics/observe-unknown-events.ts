import type { SERVICES } from '../names.js';
import { observe } from './metrics.js';

/** The log, as far as it says which shards cannot be read on because of an event of an unknown kind. */
interface Reader {
  unknownEvents(shards: RegExp): readonly unknown[];
}

/** Tells scrapes in how many of the shards that a service reads or writes it stands still. The returned function ends that. */
export const observeUnknownEvents = (store: Reader, shards: RegExp, service: keyof typeof SERVICES): (() => void) =>
  observe('unknownEvents', () => [{ value: store.unknownEvents(shards).length, labels: { service } }]);
