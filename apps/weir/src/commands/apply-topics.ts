import { readFileSync } from 'node:fs';
import { applyTopics, readKafkaAccess, readTopicsDeclaration, type TopicChange } from '@weir/messaging';
import { createLogger } from '@weir/service';
import type { ExitCode, Output } from './output.js';
import { refuseFolder } from './read-file-or-refuse.js';

export interface ApplyTopicsOptions {
  readonly brokers: readonly string[];
  /** The declaration, deploy/topics.yaml. */
  readonly file: string;
  readonly partitions: number | undefined;
  readonly replication: number | undefined;
  /** Beginning of every topic. */
  readonly prefix: string;
  /** Shows the differences and changes nothing. */
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `weir topics apply`: shows how a cluster's topics differ from the declaration and makes them so; 1 when a difference is refused. */
export const applyTopicsCommand = async (options: ApplyTopicsOptions, output: Output): Promise<ExitCode> => {
  refuseFolder(options.file, '--file');
  const { partitions, replication, prefix } = options;
  const topics = readTopicsDeclaration(readFileSync(options.file, 'utf8'), {
    prefix,
    ...(partitions !== undefined && { partitions }),
    ...(replication !== undefined && { replication }),
  });
  const show = (changes: readonly TopicChange[]): boolean => {
    if (!options.json) for (const change of changes) output.stdout(sentence(change));
    return !options.dryRun;
  };
  const result = await applyTopics({
    brokers: options.brokers,
    clientId: 'weir topics apply',
    logger: createLogger('weir'),
    access: readKafkaAccess(process.env),
    topics,
    proceed: show,
  });
  if (options.json) output.stdout(JSON.stringify(result));
  else output.stderr(summary(options, result.changes, result.applied));
  return result.changes.some(({ kind }) => kind === 'refused') ? 1 : 0;
};

const sentence = (change: TopicChange): string => {
  switch (change.kind) {
    case 'create':
      return `+ ${change.topic}: ${change.partitions} partitions, ${change.replication} ${change.replication === 1 ? 'copy' : 'copies'}, ${Object.entries(
        change.config,
      )
        .map((pair) => pair.join('='))
        .join(' ')}`;
    case 'configure':
      return `~ ${change.topic}: ${change.name} ${change.from ?? '(not set)'} -> ${change.to}`;
    case 'refused':
      return `! ${change.topic}: ${change.reason}`;
    default:
      return change satisfies never;
  }
};

const summary = ({ dryRun }: ApplyTopicsOptions, changes: readonly TopicChange[], applied: boolean): string => {
  if (changes.length === 0) return 'The topics are as declared.';
  if (applied) return `Done: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}.`;
  return dryRun ? 'Nothing was changed: --dry-run.' : 'Nothing was changed: a difference is refused.';
};
