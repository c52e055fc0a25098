// A process of a consumer group, for tests that kill it: node group-member.js BROKERS TOPIC GROUP FOLDER.
// The file FOLDER/PARTITION holds the offsets that were handled, one on each line: position and work in one write.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKafkaTopics } from '@weir/messaging';
import { createLogger } from '@weir/service';

const [brokers, topic, group, folder] = process.argv.slice(2);
const tell = (what) => void process.stdout.write(`${JSON.stringify(what)}\n`);
const logger = createLogger('member');
logger.level = 'silent';

const position = (file) => (existsSync(file) ? Number(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)) + 1 : 0);

const topics = await openKafkaTopics({ brokers: brokers.split(','), clientId: 'member', partitions: 4, logger });
await topics.consume({
  group,
  topics: [topic],
  maxBatch: 20,
  open: async (partition) => {
    const file = join(folder, String(partition));
    tell({ opened: partition });
    return {
      position: async () => position(file),
      handle: async ({ messages }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        appendFileSync(file, messages.map(({ offset }) => `${offset}\n`).join(''));
      },
      passOver: async () => undefined,
      close: async () => tell({ closed: partition }),
    };
  },
});
