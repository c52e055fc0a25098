import type { Logger } from '@weir/postgres';
import { followKeys, type FollowedKeys, type KeyLog } from './follow-keys.js';
import { keyUseIn, type KeyUse } from './key-use.js';
import { mayBeOpen, refuseOpenDoor, type DoorSettings } from './refuse-open-door.js';

/** Where a process finds the keys, and notes their use. */
export interface KeyStore {
  readonly log: KeyLog;
  readonly pool: Parameters<typeof keyUseIn>[0];
}

interface Ports {
  readonly store: KeyStore;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/**
 * The keys of a process, kept up with the log until they are closed.
 * @throws ConfigurationFault when there is none and others can reach the process.
 */
export const openKeys = async (
  { store, clock, logger }: Ports,
  settings: DoorSettings & { readonly API_KEYS: readonly string[] },
): Promise<FollowedKeys> => {
  const use: KeyUse = keyUseIn(store.pool, logger);
  const keys = followKeys({
    log: store.log,
    keys: settings.API_KEYS,
    mayBeOpen: mayBeOpen(settings),
    clock,
    logger,
    use,
  });
  await keys.tried;
  try {
    refuseOpenDoor(settings, keys);
  } catch (fault) {
    await keys.close();
    throw fault;
  }
  return keys;
};
