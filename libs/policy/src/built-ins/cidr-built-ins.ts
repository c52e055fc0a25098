import { isIP } from 'node:net';
import { ofStrings } from './built-in.js';
import type { BuiltIns } from './built-in.js';

/** An address as a number of 128 bits: one of IPv4 is `::ffff:a.b.c.d`, and that one is the same address, as for Go. */
type Network = { readonly first: bigint; readonly prefix: number };

const whole = 128;
const versionFour = 0xffffn;

const ofFour = (text: string): bigint =>
  text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) + (versionFour << 32n);

const groupsOf = (text: string): readonly bigint[] =>
  text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));

/** The last 32 bits may be written as an address of IPv4. */
const spelledOut = (text: string): string => {
  const [four] = /\d+\.\d+\.\d+\.\d+$/.exec(text) ?? [];
  if (four === undefined) return text;
  const value = ofFour(four) & 0xffffffffn;
  return `${text.slice(0, -four.length)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
};

const ofSix = (text: string): bigint => {
  const [front = '', back] = spelledOut(text).split('::');
  const [left, right] = [groupsOf(front), groupsOf(back ?? '')];
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0n);
  return [...left, ...middle, ...right].reduce((sum, group) => (sum << 16n) + group, 0n);
};

const addressOf = (text: string): bigint | undefined => {
  const version = text.includes('%') ? 0 : isIP(text);
  return version === 0 ? undefined : version === 4 ? ofFour(text) : ofSix(text);
};

const networkPart = (address: bigint, prefix: number): bigint => {
  const host = BigInt(whole - prefix);
  return (address >> host) << host;
};

/** A network in CIDR notation. */
const networkOf = (text: string): Network | undefined => {
  const [, host = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = addressOf(host);
  if (address === undefined) return undefined;
  const prefix = Number(digits) + (isIP(host) === 4 ? whole - 32 : 0);
  return prefix > whole ? undefined : { first: networkPart(address, prefix), prefix };
};

const isFour = (address: bigint): boolean => address >> 32n === versionFour;

/** Networks of one family hold no addresses of the other. */
const holds = ({ first, prefix }: Network, address: bigint): boolean =>
  isFour(first) === isFour(address) && networkPart(address, prefix) === first;

const contains = (text: string, other: string): boolean | undefined => {
  const [network, address, inner] = [networkOf(text), addressOf(other), networkOf(other)];
  if (network === undefined) return undefined;
  if (address !== undefined) return holds(network, address);
  return inner && inner.prefix >= network.prefix && holds(network, inner.first);
};

const intersects = (text: string, other: string): boolean | undefined => {
  const [a, b] = [networkOf(text), networkOf(other)];
  return a && b && (holds(a, b.first) || holds(b, a.first));
};

/** `net.cidr_*` on texts. Source: OPA, v1/topdown/cidr.go, and Go, net/ip.go. */
export const cidrBuiltIns: BuiltIns = {
  'net.cidr_is_valid': ([text]) => typeof text === 'string' && networkOf(text) !== undefined,
  'net.cidr_contains': ofStrings((network, other) => contains(network ?? '', other ?? '')),
  'net.cidr_intersects': ofStrings((network, other) => intersects(network ?? '', other ?? '')),
};
