import type { Logger } from '@weir/postgres';
import type { Admin } from 'kafkajs';
import { connectKafka, CLIENT_RETRY } from './connect-kafka.js';
import type { KafkaAccess } from './kafka-access.js';
import { createTopics } from './create-topics.js';
import { reachingKafka } from './kafka-fault.js';
import type { DeclaredTopic } from './topics-declaration.js';
import { ConfigResourceTypes, ConfigSource } from './mended-kafkajs.js';

/** One difference between what is declared and what the cluster has. */
export type TopicChange =
  | {
      readonly kind: 'create';
      readonly topic: string;
      readonly partitions: number;
      readonly replication: number;
      readonly config: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'configure';
      readonly topic: string;
      readonly name: string;
      readonly from: string | null;
      readonly to: string;
    }
  /** Cannot be changed by this; the declaration or the topic must give way. */
  | { readonly kind: 'refused'; readonly topic: string; readonly reason: string };

export interface ApplyTopicsOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
  /** How to connect and log in; openly unless told. */
  readonly access?: KafkaAccess;
  readonly topics: readonly DeclaredTopic[];
  /** Told the differences before anything is changed; false leaves it at that. */
  readonly proceed: (changes: readonly TopicChange[]) => boolean | Promise<boolean>;
}

export interface AppliedTopics {
  readonly changes: readonly TopicChange[];
  /** False when it was left at the differences, or one of them is refused: then nothing was changed. */
  readonly applied: boolean;
}

/**
 * Makes the topics of a cluster as they are declared: creates what is missing and sets configuration. Topics that are not declared,
 * and settings that the declaration does not name, stay as they are. Throws TopicsUnavailable when no broker answers.
 */
export const applyTopics = async ({
  brokers,
  clientId,
  logger,
  access,
  topics,
  proceed,
}: ApplyTopicsOptions): Promise<AppliedTopics> => {
  const admin = connectKafka(brokers, clientId, logger, access).admin({ retry: CLIENT_RETRY });
  try {
    await reachingKafka(() => admin.connect());
    const existing = await reachingKafka(() => readTopics(admin, topics));
    const { brokers: living } = await reachingKafka(() => admin.describeCluster());
    const changes = topics.flatMap((topic) => changesOf(topic, existing.get(topic.name), living.length));
    const refused = changes.some(({ kind }) => kind === 'refused');
    if (!(await proceed(changes)) || refused) return { changes, applied: false };
    await reachingKafka(() => makeSo(admin, changes, existing));
    return { changes, applied: true };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

interface ExistingTopic {
  readonly partitions: number;
  readonly replication: number;
  /** What holds now, by name. */
  readonly config: ReadonlyMap<string, string>;
  /** What was set for this topic and is not the brokers' default. */
  readonly own: ReadonlyMap<string, string>;
}

const readTopics = async (
  admin: Admin,
  declared: readonly DeclaredTopic[],
): Promise<ReadonlyMap<string, ExistingTopic>> => {
  const there = new Set(await admin.listTopics());
  const names = declared.map(({ name }) => name).filter((name) => there.has(name));
  if (names.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const entriesOf = (name: string) => resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      {
        partitions: partitions.length,
        replication: partitions[0]?.replicas.length ?? 0,
        config: new Map(entriesOf(name).map(({ configName, configValue }) => [configName, configValue])),
        own: new Map(
          entriesOf(name)
            .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
            .map(({ configName, configValue }) => [configName, configValue]),
        ),
      },
    ]),
  );
};

const changesOf = (
  { name: topic, partitions, replication, config }: DeclaredTopic,
  existing: ExistingTopic | undefined,
  brokers: number,
): readonly TopicChange[] => {
  if (existing === undefined && replication > brokers)
    return [
      {
        kind: 'refused',
        topic,
        reason: `it wants ${replication} copies, and the cluster has ${brokers} ${brokers === 1 ? 'broker' : 'brokers'}: start more, or declare fewer (--replication ${brokers})`,
      },
    ];
  if (existing === undefined) return [{ kind: 'create', topic, partitions, replication, config }];
  const refused: TopicChange[] = [];
  if (existing.partitions !== partitions)
    refused.push({
      kind: 'refused',
      topic,
      reason: `it has ${existing.partitions} partitions, not ${partitions}: another number would move packages to other partitions. Declare ${existing.partitions}, and set PARTITIONS=${existing.partitions}`,
    });
  if (existing.replication !== replication)
    refused.push({
      kind: 'refused',
      topic,
      reason: `it has ${existing.replication} copies, not ${replication}: declare ${existing.replication}, or move its replicas with Kafka's own tools first`,
    });
  const configured = Object.entries(config)
    .filter(([name, to]) => existing.config.get(name) !== to)
    .map(([name, to]): TopicChange => ({
      kind: 'configure',
      topic,
      name,
      from: existing.config.get(name) ?? null,
      to,
    }));
  return [...refused, ...configured];
};

const makeSo = async (
  admin: Admin,
  changes: readonly TopicChange[],
  existing: ReadonlyMap<string, ExistingTopic>,
): Promise<void> => {
  const created = changes.filter((change) => change.kind === 'create');
  const configured = Map.groupBy(
    changes.filter((change) => change.kind === 'configure'),
    ({ topic }) => topic,
  );
  const entries = (config: Iterable<readonly [string, string]>) =>
    [...config].map(([name, value]) => ({ name, value }));
  if (created.length > 0) {
    await createTopics(
      admin,
      created.map(({ topic, partitions, replication, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: entries(Object.entries(config)),
      })),
    );
  }
  if (configured.size === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    // This request replaces all that was set for a topic: what we do not declare is sent along as it is.
    resources: [...configured].map(([topic, wanted]) => ({
      type: ConfigResourceTypes.TOPIC,
      name: topic,
      configEntries: entries(
        new Map([...(existing.get(topic)?.own ?? []), ...wanted.map(({ name, to }) => [name, to] as const)]),
      ),
    })),
  });
};
