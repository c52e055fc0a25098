// "Started" in a broker's log is not ready: a cluster is ready when a topic can be made, written and a group be found.
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const READY_WITHIN_MS = 120_000;
const TOPIC = 'weir.probe';

/** Resolves when the brokers work; `check` is called between attempts and may throw to give up. */
export const probe = async (brokers, copies, check) => {
  const kafka = new Kafka({
    clientId: 'weir-probe',
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  let last;
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until;) {
    check();
    try {
      return await attempt(kafka, brokers.length, copies);
    } catch (fault) {
      last = fault;
      await sleep(500);
    }
  }
  throw new Error(`The brokers at ${brokers.join(',')} were not ready within ${READY_WITHIN_MS / 1000} s.`, {
    cause: last,
  });
};

const attempt = async (kafka, count, copies) => {
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: () => () => 0 });
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length < count) throw new Error(`${brokers.length} of ${count} brokers are there`);
    await admin.createTopics({
      topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: copies }],
      waitForLeaders: true,
    });
    await producer.connect();
    await producer.send({ topic: TOPIC, acks: -1, messages: [{ value: 'ready' }] });
    await admin.fetchOffsets({ groupId: TOPIC, topics: [TOPIC] });
    await admin.deleteTopics({ topics: [TOPIC] });
  } finally {
    await producer.disconnect().catch(() => undefined);
    await admin.disconnect().catch(() => undefined);
  }
};
