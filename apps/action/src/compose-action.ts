import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import { openLists, type Composed, type ProcessPorts } from '@weir/service';
import type pg from 'pg';
import { ActionModule, actionServer } from './action.module.js';
import type { ActionConfiguration } from './config.js';

export interface ActionProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
}

/** Action for a process: turns decisions into effects and tells the endpoints. */
export const composeAction = ({ store, ...ports }: ActionProcess, config: ActionConfiguration): Composed => {
  const { logger, onClose } = ports;
  const lists = openLists({ databaseUrl: config.DATABASE_URL, logger, name: 'weir action lists' });
  onClose(() => lists.close());
  return {
    module: ActionModule.forRoot({ ...ports, lists, eventStore: store, config }),
    consumers: [actionServer(ports.topics, config)],
  };
};
