import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** The endpoint's address is one that nobody but the operator may make us call. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(host: string, address: string) {
    super(`${host} has the address ${address}, which is not public. Set "allowPrivate": true for this endpoint if that is meant.`);
  }
}

/** @throws AddressRefused when `url` itself names an address that is not public, in whatever notation. */
export const refusePrivateHost = (url: URL): void => {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused(url.hostname, host);
};

/**
 * Resolves a name for one connection and refuses it when any of its addresses is not public. Invariant: the addresses
 * that were checked are those that are connected to; the name is not resolved a second time, so rebinding gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (fault, addresses) => {
    const refused = fault ?? refusalOf(hostname, addresses ?? []);
    const [first] = addresses ?? [];
    if (refused || !first) callback(refused, '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

const refusalOf = (hostname: string, addresses: readonly LookupAddress[]): AddressRefused | null => {
  const address = addresses.find((candidate) => !isPublicAddress(candidate.address))?.address;
  return address === undefined ? null : new AddressRefused(hostname, address);
};
