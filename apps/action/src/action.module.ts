import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventStore } from '@weir/event-store';
import { retryPausesOf, type Topics } from '@weir/messaging';
import { TopicServer } from '@weir/messaging/nest';
import { EFFECTS } from '@weir/domain';
import { requireMigrations, type Logger } from '@weir/postgres';
import {
  keepRetention,
  observeTables,
  observeUnknownEvents,
  type Kept,
  type Lists,
  type ReadinessChecks,
  type Retention,
} from '@weir/service';
import type pg from 'pg';
import { actionMigrations } from './action-migrations.js';
import type { Clock } from './clock.js';
import type { ActionConfiguration } from './config.js';
import {
  ACTION_GROUP,
  DecisionsConsumerController,
  OPEN_PARTITION,
} from './request-effects/decisions-consumer.controller.js';
import { EFFECT_LISTS, ListEffectsController } from './list-effects/list-effects.controller.js';
import { actionRetention } from './retention/effect-retention.js';
import { readEndpoints } from './send-webhooks/read-endpoints.js';
import { sendWebhook } from './send-webhooks/send-webhook.js';
import { observeEffects } from './observe-effects.js';
import { observedTopics, openPartition, type ActionPorts } from './open-partition.js';

/** What the action service is given by whoever composes it; the pool stays the giver's to end. */
export interface ActionOptions {
  readonly pool: pg.Pool;
  /** For lists; stays the giver's. */
  readonly lists: Lists;
  readonly eventStore: EventStore;
  readonly topics: Pick<Topics, 'lost'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  readonly config: Pick<
    ActionConfiguration,
    | 'WEBHOOKS'
    | 'WEBHOOKS_FILE'
    | 'WEBHOOK_TIMEOUT_MS'
    | 'WEBHOOK_FIRST_RETRY_MS'
    | 'WEBHOOK_LONGEST_RETRY_MS'
    | 'WEBHOOK_GIVE_UP_MS'
    | 'EFFECT_DAYS'
  >;
}

const PORTS = Symbol('ActionPorts');

type ModulePorts = ActionPorts & Pick<ActionOptions, 'readiness' | 'topics'> & { readonly kept: readonly Kept[] };

/** The transport to connect to the application that has ActionModule. */
export const actionServer = (topics: Topics, config: Pick<ActionConfiguration, 'RETRY_PAUSES'>): TopicServer =>
  new TopicServer(observedTopics(topics), { group: ACTION_GROUP, retryPauses: retryPausesOf(config.RETRY_PAUSES) });

/** Acts with the application; nothing is consumed until `actionServer` is connected and started. */
@Module({})
export class ActionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private forget: readonly (() => void)[] = [];
  private retention: Retention | null = null;

  constructor(@Inject(PORTS) private readonly ports: ModulePorts) {}

  /** @throws ConfigurationFault when the endpoints are not well described. */
  static forRoot({ config, lists, ...options }: ActionOptions): DynamicModule {
    const ports: ModulePorts = { ...options, ...portsFrom(config, options.clock), kept: actionRetention(config) };
    return {
      module: ActionModule,
      controllers: [ListEffectsController, DecisionsConsumerController],
      providers: [
        { provide: PORTS, useValue: ports },
        { provide: EFFECT_LISTS, useValue: lists },
        { provide: OPEN_PARTITION, useValue: (partition: number) => openPartition(ports, partition) },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.ports.readiness.register('action', async () => {
      await requireMigrations(this.ports.pool, actionMigrations);
      const [unknown] = this.ports.eventStore.unknownEvents(EFFECTS);
      if (unknown) throw unknown;
      this.ports.topics.lost.refuse(ACTION_GROUP);
    });
    const names = this.ports.endpoints.map(({ name }) => name);
    this.forget = [
      observeEffects(this.ports.pool, names),
      observeTables(this.ports.pool, ['action']),
      observeUnknownEvents(this.ports.eventStore, EFFECTS, 'action'),
    ];
    this.retention = keepRetention(this.ports, this.ports.kept);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const end of this.forget) end();
    await this.retention?.stop();
  }
}

const portsFrom = (
  config: ActionOptions['config'],
  clock: Clock,
): Pick<ActionPorts, 'endpoints' | 'schedule' | 'send' | 'random'> => ({
  endpoints: readEndpoints(config),
  schedule: {
    firstDelay: config.WEBHOOK_FIRST_RETRY_MS,
    longestDelay: config.WEBHOOK_LONGEST_RETRY_MS,
    giveUpAfter: config.WEBHOOK_GIVE_UP_MS,
  },
  send: sendWebhook({ clock, timeout: config.WEBHOOK_TIMEOUT_MS }),
  random: Math.random,
});
