import { deadLetterTopic, retryTopic } from '@weir/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const retentionDays = z.number().positive().max(3_650);

const declarationSchema = z.strictObject({
  partitions: z.int().min(1).max(1_024),
  replication: z.int().min(1).max(9),
  minInSyncReplicas: z.int().min(1).max(9),
  topics: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9._-]{1,200}$/, 'a topic is named by small letters, digits, dots, dashes and underscores'),
        retentionDays,
      }),
    )
    .min(1),
  deadLetters: z.strictObject({ retentionDays }),
  retries: z.strictObject({
    groups: z.array(z.string().regex(/^[a-z0-9-]{1,100}$/, 'a group is named by small letters, digits and dashes')),
    tiers: z.int().min(1).max(9),
    retentionDays,
  }),
});

/** One topic as it shall be. */
export interface DeclaredTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Kafka's names and values. */
  readonly config: Readonly<Record<string, string>>;
}

/** What a declaration leaves to where it is applied. */
export interface DeclarationOverrides {
  readonly partitions?: number;
  /** On fewer brokers than the file is written for; the copies that must be in sync are then at most as many. */
  readonly replication?: number;
  /** Beginning of every topic, TOPIC_PREFIX of the services. */
  readonly prefix?: string;
}

const DAY_MS = 24 * 3_600_000;

/** The topics that a declaration (deploy/topics.yaml) asks for, dead letters and retry topics included. Throws with the field that is wrong. */
export const readTopicsDeclaration = (text: string, overrides: DeclarationOverrides = {}): readonly DeclaredTopic[] => {
  const read = declarationSchema.safeParse(parse(text));
  if (!read.success)
    throw new Error(
      `The declaration of topics is wrong: ${read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ')}`,
    );
  const { prefix = '' } = overrides;
  const { topics, deadLetters, retries, minInSyncReplicas, partitions, replication } = { ...read.data, ...overrides };
  const declare = (name: string, days: number): DeclaredTopic => ({
    name: `${prefix}${name}`,
    partitions,
    replication,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': String(Math.round(days * DAY_MS)),
      'min.insync.replicas': String(Math.min(minInSyncReplicas, replication)),
      'unclean.leader.election.enable': 'false',
    },
  });
  const waiting = retries.groups.flatMap((group) =>
    Array.from({ length: retries.tiers }, (_, index) => declare(retryTopic(group, index + 1), retries.retentionDays)),
  );
  return [
    ...topics.flatMap(({ name, retentionDays: days }) => [
      declare(name, days),
      declare(deadLetterTopic(name), deadLetters.retentionDays),
    ]),
    ...waiting,
  ];
};
