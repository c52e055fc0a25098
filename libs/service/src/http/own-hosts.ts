import { isIP } from 'node:net';
import type { HttpSettings } from './http-settings.js';

/** Whether a request may name this host; `authority` is a Host header, with or without a port. */
export type IsOwnHost = (authority: string) => boolean;

const LOOPBACK_NAMES = new Set(['localhost', '[::1]']);

/** Whether an address, as HOST takes it, is reached from this machine alone. */
export const isLoopback = (host: string): boolean => {
  const address = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
};

/**
 * On a loopback address nobody but this machine asks, so a name that is none of its own was made to point here by
 * somebody else: the page of a stranger in a browser of this machine, whose name resolves to 127.0.0.1 now (DNS
 * rebinding). On any other address every name is let through unless own names are told.
 */
export const ownHosts = ({ host, ownNames }: Pick<HttpSettings, 'host' | 'ownNames'>): IsOwnHost => {
  const onLoopback = isLoopback(host);
  if (!onLoopback && ownNames.length === 0) return () => true;
  const names = new Set(ownNames.map(withoutDot));
  return (authority) => {
    const name = withoutDot(hostOf(authority));
    return names.has(name) || isAddressOf(name, onLoopback);
  };
};

/** Where names are told, whoever asks by an address is no browser that was led here by a name: probes and scrapers do. */
const isAddressOf = (name: string, onLoopback: boolean): boolean => {
  if (LOOPBACK_NAMES.has(name) || (isIP(name) === 4 && name.startsWith('127.'))) return true;
  return !onLoopback && (isIP(name) === 4 || (name.startsWith('[') && isIP(name.slice(1, -1)) === 6));
};

const hostOf = (authority: string): string =>
  (/^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(authority)?.[1] ?? authority).toLowerCase();

const withoutDot = (name: string): string => name.replace(/\.$/, '');
