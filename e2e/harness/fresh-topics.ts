import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { runWeir } from './weir-process.ts';

/** The flow's topics, empty: what another test left in them is gone. */
export const makeFreshTopics = async (brokers: readonly string[]): Promise<void> => {
  await removeTopics(brokers);
  const { code, stderr } = await runWeir([
    'topics',
    'apply',
    '--kafka',
    brokers.join(','),
    '--replication',
    '1',
    '--json',
  ]);
  if (code !== 0) throw new Error(`weir topics apply ended with ${code}: ${stderr}`);
};

export const removeTopics = async (brokers: readonly string[]): Promise<void> => {
  const admin = new Kafka({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [...(await flowTopics(admin))] });
    while ((await flowTopics(admin)).length > 0) await sleep(100);
  } finally {
    await admin.disconnect();
  }
};

const flowTopics = async (admin: Admin): Promise<readonly string[]> =>
  (await admin.listTopics()).filter((topic) => /^(packages|decisions|enrichment|evaluation|action)\./.test(topic));
