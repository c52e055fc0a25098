import {
  BaseRpcContext,
  EventPattern,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Consumption, PartitionHandler, Subscription, Topics } from '../topics.js';

/**
 * Marks the method of a Nest controller that opens the partitions of a group: it is called with a partition's number and
 * answers with the handler that the batches go to (PartitionHandler). `topics` are the group's lanes, first to last.
 */
export const OpensPartitions = ({ group, topics }: Pick<Subscription, 'group' | 'topics'>): MethodDecorator =>
  markEventHandler(group, transportOf(group), { topics });

/** Of EventPattern's many types the one that fits. */
const markEventHandler: (group: string, transport: symbol, extras: Record<string, unknown>) => MethodDecorator =
  EventPattern;

/** Nest hands a server the methods that name its transport: so each group has a server of its own in one application. */
const transportOf = (group: string): symbol => Symbol.for(`weir topics of ${group}`);

/** The group that a server serves, and what configuration says of it. */
export type ServedGroup = Omit<Subscription, 'open' | 'topics'>;

/**
 * The topics of one consumer group as a transport of @nestjs/microservices:
 * `app.connectMicroservice({ strategy: new TopicServer(topics, { group }) })`. It consumes from `startAllMicroservices` to the
 * application's end, by the method that OpensPartitions marks for the group.
 *
 * Only the opening of partitions goes through Nest, never a message: its pipeline hands events over one by one, knows no
 * positions, and answers every fault by the same "Internal server error", so that a source that is down could not be told from poison.
 */
export class TopicServer extends Server implements CustomTransportStrategy {
  override readonly transportId: symbol;
  private consumption: Consumption | null = null;

  constructor(
    private readonly topics: Pick<Topics, 'consume'>,
    private readonly served: ServedGroup,
  ) {
    super();
    this.transportId = transportOf(served.group);
  }

  async listen(listening: (fault?: unknown) => void): Promise<void> {
    try {
      this.consumption = await this.topics.consume(
        subscriptionOf(this.served, this.messageHandlers.get(this.served.group)),
      );
      listening();
    } catch (fault) {
      listening(fault);
    }
  }

  /** Finishes the batches at hand and gives the partitions back. */
  async close(): Promise<void> {
    await this.consumption?.stop();
    this.consumption = null;
  }

  on(): never {
    throw new Error('Topics have no events: what there is to know is in the logs and metrics.');
  }

  unwrap(): never {
    throw new Error(
      'A topic server has no broker client to hand out: publish and read by the topics that it was given.',
    );
  }
}

const subscriptionOf = (served: ServedGroup, opener: MessageHandler | undefined): Subscription => {
  const { group } = served;
  const lanes = opener?.extras as Pick<Subscription, 'topics'> | undefined;
  if (!opener || lanes?.topics === undefined)
    throw new Error(`No method opens the partitions of group ${group}: mark one of a controller by OpensPartitions.`);
  if (opener.next)
    throw new Error(`Group ${group} is opened by two methods: give each subscription a group of its own.`);
  return { ...served, ...lanes, open: (partition) => open(opener, group, partition) };
};

const open = async (opener: MessageHandler, group: string, partition: number): Promise<PartitionHandler> => {
  try {
    // A stream where an interceptor is in force, else what the method answered.
    const answer: unknown = await opener(partition, new BaseRpcContext([partition]));
    return (isObservable(answer) ? await lastValueFrom(answer) : answer) as PartitionHandler;
  } catch (fault) {
    // Nest has logged what it was and hands over a plain object instead.
    throw fault instanceof Error
      ? fault
      : new Error(`Partition ${partition} of group ${group} cannot be opened; Nest's log says why`, { cause: fault });
  }
};
