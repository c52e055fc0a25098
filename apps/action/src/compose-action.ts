import type { EventStore } from '@weir/event-store';
import type { Topics } from '@weir/messaging';
import type { Composed, ProcessPorts } from '@weir/service';
import type pg from 'pg';
import { ActionModule, actionServer } from './action.module.js';
import type { ActionConfiguration } from './config.js';

export interface ActionProcess extends ProcessPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
}

/** Action for a process: turns decisions into effects and tells the endpoints. */
export const composeAction = ({ store, ...ports }: ActionProcess, config: ActionConfiguration): Composed => ({
  module: ActionModule.forRoot({ ...ports, eventStore: store, config }),
  consumers: [actionServer(ports.topics, config)],
});
