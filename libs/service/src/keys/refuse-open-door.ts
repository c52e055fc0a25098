import { ConfigurationFault } from '../configuration.js';
import { isLoopback } from '../http/own-hosts.js';
import type { KeyRing } from './key-ring.js';

interface Listening {
  readonly HOST: string;
  readonly ALLOW_NO_KEYS: boolean;
}

/** @throws ConfigurationFault when others could reach a service that asks nobody for a key, and nobody said that it is meant. */
export const refuseOpenDoor = ({ HOST, ALLOW_NO_KEYS }: Listening, ring: KeyRing): void => {
  if (ALLOW_NO_KEYS || isLoopback(HOST) || ring.state() !== 'open') return;
  throw new ConfigurationFault([
    `HOST is ${JSON.stringify(HOST)}, which others can reach, and there is no key: whoever reaches it could change policies. ` +
      'Make the first key with `weir keys create NAME --permissions all --database URL`, or set API_KEYS, or HOST to 127.0.0.1. If it is meant, set ALLOW_NO_KEYS=true.',
  ]);
};
