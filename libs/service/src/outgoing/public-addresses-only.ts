import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** What keeps a request of ours, whose target somebody else chose, off this machine and private networks. */
export interface PublicAddressesOnly {
  /** Throws the refusal when `url` itself names an address that is not public: such a host is never looked up. */
  readonly refusePrivateHost: (url: URL) => void;
  /**
   * For the `lookup` of a request: resolves a name for one connection, and fails with the refusal when any of its
   * addresses is not public. Invariant: the addresses that were checked are those that are connected to; the name is
   * not resolved a second time, so rebinding gains nothing.
   */
  readonly publicLookup: LookupFunction;
}

/** `refusal` makes the error that says which host leads to which address, and the cure. */
export const publicAddressesOnly = (refusal: (host: string, address: string) => Error): PublicAddressesOnly => {
  const refusalOf = (host: string, addresses: readonly LookupAddress[]): Error | null => {
    const found = addresses.find(({ address }) => !isPublicAddress(address));
    return found ? refusal(host, found.address) : null;
  };
  return {
    refusePrivateHost: ({ hostname }) => {
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(hostname, host);
    },
    publicLookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (fault, addresses) => {
        const [first] = addresses ?? [];
        const refused = fault ?? refusalOf(hostname, addresses ?? []);
        if (refused || !first) callback(refused ?? new Error(`${hostname} has no address`), '');
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
};
