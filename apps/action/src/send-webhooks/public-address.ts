import { BlockList, isIPv6 } from 'node:net';

/** IANA IPv4 special-purpose registry, without what is globally reachable: https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Inside 2000::/3, the only global unicast range in use: IETF protocols with Teredo, documentation, 6to4. */
const NOT_PUBLIC_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_IPV4) notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_IPV6) notPublic.addSubnet(net, prefix, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * Whether an IP address is reachable by everyone: neither loopback, private, link-local (cloud metadata) nor reserved.
 * An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is never public: it is a detour around this check.
 */
export const isPublicAddress = (address: string): boolean =>
  isIPv6(address) ? globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6') : !notPublic.check(address, 'ipv4');
