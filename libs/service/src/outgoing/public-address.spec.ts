import { describe, expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { isPublicAddress } from './public-address.js';

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), and multicast (RFC 5771). */
const SPECIAL_IPV4 = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private use'],
  ['100.64.0.0/10', 'shared address space, carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link local, cloud metadata'],
  ['172.16.0.0/12', 'private use'],
  ['192.0.0.0/24', 'IETF protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'AS112'],
  ['192.52.193.0/24', 'AMT'],
  ['192.88.99.0/24', '6to4 relay anycast'],
  ['192.168.0.0/16', 'private use'],
  ['192.175.48.0/24', 'AS112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['255.255.255.255/32', 'limited broadcast'],
] as const;

/** IANA IPv6 Special-Purpose Address Registry; multicast; deprecated ranges (RFC 4291, RFC 3879). */
const SPECIAL_IPV6 = [
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::/96', 'IPv4-compatible'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['0:0:0:0:ffff:0:0:0/96', 'IPv4-translated'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::/48', 'local-use NAT64'],
  ['100::/64', 'discard only'],
  ['100:0:0:1::/64', 'dummy prefix'],
  ['2001::/23', 'IETF protocol assignments'],
  ['2001::/32', 'Teredo'],
  ['2001:2::/48', 'benchmarking'],
  ['2001:3::/32', 'AMT'],
  ['2001:4:112::/48', 'AS112'],
  ['2001:10::/28', 'deprecated ORCHID'],
  ['2001:20::/28', 'ORCHIDv2'],
  ['2001:30::/28', 'drone remote identification'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'AS112'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link local'],
  ['fec0::/10', 'site local'],
  ['ff00::/8', 'multicast'],
] as const;

interface Family {
  readonly bits: number;
  readonly numberOf: (text: string) => bigint;
  readonly textOf: (address: bigint) => string;
  readonly special: readonly (readonly [block: string, what: string])[];
  /** What is given out to be routed globally. */
  readonly global: string;
}

/** Addresses as numbers, by arithmetic of this file's own: the library that is tested is not asked. */
const joined = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
const split = (address: bigint, count: number, bits: bigint): bigint[] =>
  Array.from({ length: count }, (_, index) => (address >> (BigInt(count - 1 - index) * bits)) & ((1n << bits) - 1n));
const groupsOf = (text: string): number[] => {
  const [head = [], tail = []] = text.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
};

const ipv4: Family = {
  bits: 32,
  numberOf: (text) => joined(text.split('.').map(Number), 8n),
  textOf: (address) => split(address, 4, 8n).join('.'),
  special: SPECIAL_IPV4,
  global: '0.0.0.0/0',
};
const ipv6: Family = {
  bits: 128,
  numberOf: (text) => joined(groupsOf(text), 16n),
  textOf: (address) =>
    split(address, 8, 16n)
      .map((group) => group.toString(16))
      .join(':'),
  special: SPECIAL_IPV6,
  global: '2000::/3',
};

const edgesOf = ({ numberOf, bits }: Family, block: string): readonly [first: bigint, last: bigint] => {
  const [net = '', prefix] = block.split('/');
  const first = numberOf(net);
  return [first, first + (1n << BigInt(bits - Number(prefix))) - 1n];
};
const isIn = (family: Family, block: string, address: bigint): boolean => {
  const [first, last] = edgesOf(family, block);
  return address >= first && address <= last;
};
const isSpecial = (family: Family, address: bigint): boolean =>
  family.special.some(([block]) => isIn(family, block, address));

describe.each([
  ['IPv4', ipv4],
  ['IPv6', ipv6],
] as const)('%s', (_name, family) => {
  test.each(family.special)('no address of %s (%s) is public, and its neighbours are by what they are in', (block) => {
    const [first, last] = edgesOf(family, block);
    for (const address of [first, first + (last - first) / 2n, last])
      expect(isPublicAddress(family.textOf(address))).toBe(false);
    for (const address of [first - 1n, last + 1n].filter((one) => one >= 0n && one < 1n << BigInt(family.bits))) {
      expect([family.textOf(address), isPublicAddress(family.textOf(address))]).toEqual([
        family.textOf(address),
        isIn(family, family.global, address) && !isSpecial(family, address),
      ]);
    }
  });

  test('an address is public when it is given out globally and in no special block: 20,000 addresses by seed', () => {
    const random = seeded(0x6890);
    const bytes = (): bigint =>
      Array.from({ length: family.bits / 8 }).reduce<bigint>(
        (sum) => (sum << 8n) | BigInt(Math.floor(random() * 256)),
        0n,
      );
    const [globalFirst, globalLast] = edgesOf(family, family.global);
    const wrong = Array.from({ length: 20_000 }, (_, index) =>
      index % 2 === 0 ? bytes() : globalFirst + (bytes() % (globalLast - globalFirst + 1n)),
    ).filter(
      (address) =>
        isPublicAddress(family.textOf(address)) !==
        (isIn(family, family.global, address) && !isSpecial(family, address)),
    );
    expect(wrong.map(family.textOf)).toEqual([]);
  });
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.0',
  '100.63.255.255',
  '192.0.1.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
  '2A00:1450:4001:80B:0:0:0:200E',
])('%s may be called', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['cloud metadata', '169.254.169.254'],
  ['cloud metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local of one interface', 'fe80::1%eth0'],
  ['link-local of an interface with a name of its own', 'fe80::1%eth0.100'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped loopback in hexadecimal', '::ffff:7f00:1'],
  ['IPv4-mapped public, still a detour', '::ffff:8.8.8.8'],
  ['IPv4-compatible', '::7f00:1'],
  ['IPv4-compatible with dots', '::127.0.0.1'],
  ['NAT64 of metadata', '64:ff9b::a9fe:a9fe'],
  ['NAT64 with dots', '64:ff9b::169.254.169.254'],
  ['6to4 of a private address', '2002:a00:1::'],
  ['Teredo', '2001:0:4136:e378::1'],
  ['outside what IANA has given out', '4000::1'],
])('an address that is %s is not called: %s', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '134744072',
  '0x08080808',
  '010.8.8.8',
  '8.8.8',
  '8.8.8.8.',
  ' 8.8.8.8',
  '08.8.8.8',
  '0x8.8.8.8',
  '[2606:4700:4700::1111]',
  'example.com',
  '',
])('what is no address in its plain spelling is not public: %j', (text) => {
  expect(isPublicAddress(text)).toBe(false);
});
