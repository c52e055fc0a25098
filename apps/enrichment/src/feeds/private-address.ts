import { BlockList, isIP } from 'node:net';

const RESERVED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
const RESERVED_V6: readonly (readonly [string, number])[] = [
  ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
];

const reserved = new BlockList();
for (const [net, prefix] of RESERVED_V4) reserved.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of RESERVED_V6) reserved.addSubnet(net, prefix, 'ipv6');

/**
 * Whether an IP address belongs to this machine or a private, link-local, metadata or otherwise reserved network
 * (IANA special-purpose registries). IPv4 inside IPv6 (::ffff:10.0.0.1) counts as what it carries.
 */
export const isPrivateAddress = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return reserved.check(address, 'ipv4');
    case 6:
      return reserved.check(address, 'ipv6');
    default:
      return true;
  }
};
