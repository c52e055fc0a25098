import { Kafka, logLevel } from 'kafkajs';

/** The end of every partition of a topic. */
export const topicEnds = async (brokers: readonly string[], topic: string): Promise<readonly number[]> => {
  const admin = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.toSorted((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
  } finally {
    await admin.disconnect();
  }
};
