import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that IANA has given out as global unicast of IPv6. ipaddr.js calls the rest of the address space unicast too. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address is reachable by everyone: in no block of IANA's special-purpose registries (RFC 6890), so
 * neither loopback, private, link-local (cloud metadata) nor reserved, not even where such a block is reachable.
 * An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4, Teredo) is never public: it leads around this check.
 * A text that is no address, or spells one in decimal or octal, is not public: whoever asks resolves it first.
 */
export const isPublicAddress = (text: string): boolean => {
  if (isIP(text) === 0 || !ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  return address.range() === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST));
};
