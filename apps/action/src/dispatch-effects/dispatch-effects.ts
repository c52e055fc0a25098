import { createBell } from '@weir/postgres';
import type { Endpoint } from '../send-webhooks/endpoint.js';
import { readRetiredLanes } from './delivery-tables.js';
import { dispatchToEndpoint, type DispatchPorts } from './dispatch-to-endpoint.js';
import { openOutcomeRecorder } from './outcome-recorder.js';
import { recordRetired } from './record-outcome.js';

/** Running deliveries of one partition. */
export interface Dispatcher {
  /** Looks for new effects at once. */
  wake(): void;
  /** Gives up what is under way; it will be sent again. */
  stop(): Promise<void>;
}

/** Ends what waits for endpoints that are gone, then tells the others of what waits and what comes. */
export const startDispatcher = async (
  given: Omit<DispatchPorts, 'recorder'>,
  endpoints: readonly Endpoint[],
): Promise<Dispatcher> => {
  const ports = { ...given, recorder: openOutcomeRecorder(given) };
  const known = endpoints.map(({ name }) => name);
  const retired = await readRetiredLanes(ports.pool, ports.shardQueue.shard, known);
  await Promise.all(retired.map((lane) => recordRetired(ports, lane)));
  const stop = new AbortController();
  const bell = createBell();
  const loops = endpoints.map((endpoint) => dispatchToEndpoint(ports, endpoint, bell, stop.signal));
  return {
    wake: () => bell.ring(),
    stop: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
};
