// A process of a consumer group, for tests that kill it: node group-member.ts BROKERS TOPIC GROUP FOLDER.
// The file FOLDER/PARTITION holds the offsets that were handled, one on each line: position and work in one write.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKafkaTopics, type PartitionHandler } from '@weir/messaging';
import { createLogger } from '@weir/service';

const [brokers = '', topic = '', group = '', folder = ''] = process.argv.slice(2);
const tell = (what: { readonly opened: number } | { readonly closed: number }): void =>
  void process.stdout.write(`${JSON.stringify(what)}\n`);
const logger = createLogger('member');
logger.level = 'silent';

/** Bound to the topic by a file beside the one that says how far it was read. */
const openPartition = (partition: number): PartitionHandler => {
  const [handled, bound] = [join(folder, String(partition)), join(folder, `topic-of-${partition}`)];
  return {
    position: async () => {
      if (!existsSync(bound)) return null;
      const { next, incarnation } = JSON.parse(readFileSync(bound, 'utf8')) as { next: number; incarnation: string };
      const last = existsSync(handled) ? readFileSync(handled, 'utf8').trimEnd().split('\n').at(-1) : undefined;
      return { next: last === undefined ? next : Number(last) + 1, incarnation };
    },
    bind: async (_, position) => writeFileSync(bound, JSON.stringify(position)),
    handle: async ({ messages }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      appendFileSync(handled, messages.map(({ offset }) => `${offset}\n`).join(''));
    },
    passOver: async () => undefined,
    close: async () => tell({ closed: partition }),
  };
};

const topics = await openKafkaTopics({ brokers: brokers.split(','), clientId: 'member', partitions: 4, logger });
await topics.consume({
  group,
  topics: [topic],
  maxBatch: 20,
  open: async (partition) => {
    tell({ opened: partition });
    return openPartition(partition);
  },
});
