import { publicAddressesOnly } from '@weir/service';

/** The endpoint's address is one that nobody but the operator may make us call. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(host: string, address: string) {
    super(
      `${host} has the address ${address}, which is not public. Set "allowPrivate": true for this endpoint if that is meant.`,
    );
  }
}

export const { refusePrivateHost, publicLookup } = publicAddressesOnly(
  (host, address) => new AddressRefused(host, address),
);
