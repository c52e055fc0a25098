import { BaseRpcContext, EventPattern, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Consumption, PartitionHandler, Subscription, Topics } from '../topics.js';

/**
 * Marks the method of a Nest controller that opens the partitions of a subscription: it is called with a partition's
 * number and answers with the handler that the batches go to (PartitionHandler).
 */
export const OpensPartitions = ({ group, ...lanes }: Omit<Subscription, 'open'>): MethodDecorator => markEventHandler(group, lanes);

/** Of EventPattern's many types the one that fits. */
const markEventHandler: (group: string, extras: Record<string, unknown>) => MethodDecorator = EventPattern;

/**
 * Topics as a transport of @nestjs/microservices: `app.connectMicroservice({ strategy: new TopicServer(topics) })`. Every method
 * marked by OpensPartitions is one subscription, from `startAllMicroservices` to the application's end.
 *
 * Only the opening of partitions goes through Nest, never a message: its pipeline hands events over one by one, knows no
 * positions, and answers every fault by the same "Internal server error", so that a source that is down could not be told from poison.
 */
export class TopicServer extends Server implements CustomTransportStrategy {
  private readonly consumptions: Consumption[] = [];

  constructor(private readonly topics: Pick<Topics, 'consume'>) {
    super();
  }

  async listen(listening: (fault?: unknown) => void): Promise<void> {
    try {
      for (const [group, opener] of this.messageHandlers) this.consumptions.push(await this.topics.consume(subscriptionOf(group, opener)));
      listening();
    } catch (fault) {
      await this.close();
      listening(fault);
    }
  }

  /** Finishes the batches at hand and gives the partitions back. */
  async close(): Promise<void> {
    await Promise.all(this.consumptions.splice(0).map((consumption) => consumption.stop()));
  }

  on(): never {
    throw new Error('Topics have no events: what there is to know is in the logs and metrics.');
  }

  unwrap(): never {
    throw new Error('A topic server has no broker client to hand out: publish and read by the topics that it was given.');
  }
}

const subscriptionOf = (group: string, opener: MessageHandler): Subscription => {
  const lanes = opener.extras as Omit<Subscription, 'open' | 'group'> | undefined;
  if (opener.next) throw new Error(`Group ${group} is opened by two methods: give each subscription a group of its own.`);
  if (lanes?.topics === undefined) throw new Error(`Group ${group} names no topics: mark its method by OpensPartitions.`);
  return { group, ...lanes, open: (partition) => open(opener, group, partition) };
};

const open = async (opener: MessageHandler, group: string, partition: number): Promise<PartitionHandler> => {
  try {
    // A stream where an interceptor is in force, else what the method answered.
    const answer: unknown = await opener(partition, new BaseRpcContext([partition]));
    return (isObservable(answer) ? await lastValueFrom(answer) : answer) as PartitionHandler;
  } catch (fault) {
    // Nest has logged what it was and hands over a plain object instead.
    throw fault instanceof Error ? fault : new Error(`Partition ${partition} of group ${group} cannot be opened; Nest's log says why`, { cause: fault });
  }
};
