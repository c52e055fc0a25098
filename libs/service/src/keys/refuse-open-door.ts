import { ConfigurationFault } from '../configuration.js';
import { isLoopback } from '../http/own-hosts.js';
import type { FollowedKeys } from './follow-keys.js';

/** What says who can reach a service, and whether they need a key. */
export interface DoorSettings {
  readonly HOST: string;
  readonly ALLOW_NO_KEYS: boolean;
}

/** Whether nobody needs a key while there is none. */
export const mayBeOpen = ({ HOST, ALLOW_NO_KEYS }: DoorSettings): boolean => ALLOW_NO_KEYS || isLoopback(HOST);

/**
 * @throws ConfigurationFault when others could reach a service that has no key to ask for, and nobody said that it is
 * meant. Where the keys could not be read, nobody is let in until they are.
 */
export const refuseOpenDoor = (settings: DoorSettings, keys: Pick<FollowedKeys, 'any'>): void => {
  if (mayBeOpen(settings) || keys.any() !== false) return;
  throw new ConfigurationFault([
    `HOST is ${JSON.stringify(settings.HOST)}, which others can reach, and there is no key: whoever reaches it could change policies. ` +
      'Make the first key with `weir keys create NAME --permissions all` with --database URL (or --data FOLDER, for weir up), or set API_KEYS, or HOST to 127.0.0.1. If it is meant, set ALLOW_NO_KEYS=true.',
  ]);
};
