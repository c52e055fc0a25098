import { DECISIONS_AND_EFFECTS } from '@weir/domain';
import { inTransaction } from '@weir/postgres';
import { readPosition, writeNews, type FollowPorts } from './follow-log.js';

const BATCH = 500;
/** Every position changes, and every reader at work ends first; who reads waits for less. */
const HOWEVER_MUCH_THERE_IS = { statementMillis: 600_000, lockMillis: 60_000 };

/**
 * Empties the read models and makes them again from the log, up to where it is now; answers the number of events.
 * Followers may run on meanwhile: whoever is ahead of the position reads what is missing first.
 */
export const rebuildReadModels = async (ports: FollowPorts): Promise<number> => {
  await inTransaction(
    ports.pool,
    async (client) => {
      // Followers lock their position before they write: taken in the same order here, nobody waits in a circle.
      await client.query('LOCK TABLE api.follower IN EXCLUSIVE MODE');
      await client.query('UPDATE api.follower SET next_position = 0');
      await client.query('TRUNCATE api.package_view, api.decision_view, api.decision_hour, api.effect_view');
    },
    HOWEVER_MUCH_THERE_IS,
  );
  let events = 0;
  for (const { shard } of (await ports.eventStore.shards()).filter((head) => DECISIONS_AND_EFFECTS.test(head.shard)))
    events += await catchUp(ports, shard);
  return events;
};

const catchUp = async (ports: FollowPorts, shard: string): Promise<number> => {
  let read = 0;
  for (;;) {
    const events = await ports.eventStore.read(shard, {
      position: await readPosition(ports.pool, shard),
      limit: BATCH,
    });
    if (events.length === 0) return read;
    await writeNews(ports.pool, shard, events);
    read += events.length;
  }
};
