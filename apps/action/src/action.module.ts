import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore } from '@weir/event-store';
import { retryPausesOf, type Topics } from '@weir/messaging';
import type { Logger, ReadinessChecks } from '@weir/telemetry';
import type pg from 'pg';
import type { Clock } from './clock.js';
import type { ActionConfiguration } from './config.js';
import { EFFECTS_POOL, ListEffectsController } from './list-effects/list-effects.controller.js';
import { readEndpoints } from './send-webhooks/read-endpoints.js';
import { sendWebhook } from './send-webhooks/send-webhook.js';
import { startAction, type Action, type ActionPorts } from './start-action.js';

/** What the action service is given by whoever composes it; the pool stays the giver's to end. */
export interface ActionOptions {
  readonly topics: Topics;
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  readonly config: Pick<ActionConfiguration, 'RETRY_PAUSES' | 'WEBHOOKS' | 'WEBHOOKS_FILE' | 'WEBHOOK_TIMEOUT_MS' | 'WEBHOOK_FIRST_RETRY_MS' | 'WEBHOOK_LONGEST_RETRY_MS' | 'WEBHOOK_GIVE_UP_MS'>;
}

const PORTS = Symbol('ActionPorts');

/** Starts acting with the application and stops with it. */
@Module({})
export class ActionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private action: Action | null = null;

  constructor(@Inject(PORTS) private readonly ports: ActionPorts & Pick<ActionOptions, 'readiness'>) {}

  /** @throws ConfigurationFault when the endpoints are not well described. */
  static forRoot({ config, ...options }: ActionOptions): DynamicModule {
    const ports = { ...options, ...portsFrom(config, options.clock) };
    return {
      module: ActionModule,
      controllers: [ListEffectsController],
      providers: [
        { provide: PORTS, useValue: ports },
        { provide: EFFECTS_POOL, useValue: options.pool },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.ports.readiness.register('action', async () => {
      if (!this.action) throw new Error('still starting');
      await this.ports.pool.query('SELECT 1');
    });
    this.action = await startAction(this.ports);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.action?.close();
  }
}

const portsFrom = (config: ActionOptions['config'], clock: Clock): Pick<ActionPorts, 'endpoints' | 'schedule' | 'send' | 'random' | 'retryPauses'> => ({
  endpoints: readEndpoints(config),
  schedule: { firstDelay: config.WEBHOOK_FIRST_RETRY_MS, longestDelay: config.WEBHOOK_LONGEST_RETRY_MS, giveUpAfter: config.WEBHOOK_GIVE_UP_MS },
  send: sendWebhook({ clock, timeout: config.WEBHOOK_TIMEOUT_MS }),
  random: Math.random,
  retryPauses: retryPausesOf(config.RETRY_PAUSES),
});
