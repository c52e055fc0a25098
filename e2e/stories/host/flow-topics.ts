import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { parse } from 'yaml';
import { repositoryRoot, runWeir } from '../../harness/weir-process.ts';

interface Declaration {
  readonly topics: readonly { readonly name: string }[];
  readonly retries: { readonly groups: readonly string[]; readonly tiers: number };
}

const GONE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Every topic that `weir topics apply` makes. */
const declaredTopics = (): ReadonlySet<string> => {
  const text = readFileSync(join(repositoryRoot, 'deploy', 'topics.yaml'), 'utf8');
  const { topics, retries } = parse(text) as Declaration;
  const flow = topics.flatMap(({ name }) => [name, `${name}.dead`]);
  const tiers = Array.from({ length: retries.tiers }, (_, index) => index + 1);
  return new Set([...flow, ...retries.groups.flatMap((group) => tiers.map((tier) => `${group}.retry-${tier}`))]);
};

/** The topics of the flow that the brokers have. */
export const findFlowTopics = (brokers: readonly string[]): Promise<readonly string[]> => asking(brokers, flowTopicsOf);

export const removeFlowTopics = (brokers: readonly string[]): Promise<void> =>
  asking(brokers, async (admin) => {
    const topics = await flowTopicsOf(admin);
    if (topics.length > 0) await admin.deleteTopics({ topics: [...topics] });
    for (const until = Date.now() + GONE_WITHIN_MS; (await flowTopicsOf(admin)).length > 0;) {
      if (Date.now() > until) throw new Error(`The topics were not removed within ${GONE_WITHIN_MS / 1000} s`);
      await sleep(LOOK_EVERY_MS);
    }
  });

/** The topics of the flow, empty, as operators make them. */
export const makeFlowTopics = async (brokers: readonly string[], partitions: number): Promise<void> => {
  await removeFlowTopics(brokers);
  const where = ['--kafka', brokers.join(','), '--partitions', String(partitions), '--replication', '1'];
  const { code, stderr } = await runWeir(['topics', 'apply', ...where, '--json']);
  if (code !== 0) throw new Error(`weir topics apply ended with ${code}: ${stderr}`);
};

const flowTopicsOf = async (admin: Admin): Promise<readonly string[]> => {
  const declared = declaredTopics();
  return (await admin.listTopics()).filter((topic) => declared.has(topic));
};

const asking = async <Answer>(brokers: readonly string[], ask: (admin: Admin) => Promise<Answer>): Promise<Answer> => {
  const admin = new Kafka({ clientId: 'stories', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect().catch((cause: unknown) => {
      throw new Error(`No Kafka broker answers at ${brokers.join(',')}: start one, as with npm run kafka -- up`, {
        cause,
      });
    });
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
};
