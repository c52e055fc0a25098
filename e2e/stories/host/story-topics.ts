import type pg from 'pg';
import { followDeadLetters, type DeadLetterFollower } from '../judge/follow-dead-letters.ts';
import { readDeadLetters } from '../judge/read-dead-letters.ts';
import { makeFlowTopics, removeFlowTopics } from './flow-topics.ts';

/** The topics of one Weir that plays stories. */
export interface StoryTopics {
  /** To be called before it is started for the first time. */
  make(): Promise<void>;
  /** The texts of all dead letters there are now: key, headers and value of each. */
  deadLetters(database: pg.Client): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** `brokers` null: the topics are in PostgreSQL, and come and go with it. */
export const storyTopics = (brokers: readonly string[] | null, partitions: number): StoryTopics =>
  brokers === null
    ? { make: async () => undefined, deadLetters: readDeadLetters, remove: async () => undefined }
    : topicsOnKafka(brokers, partitions);

/** Their names are always the same, so that one Weir at a time can have them: each finds them empty. */
const topicsOnKafka = (brokers: readonly string[], partitions: number): StoryTopics => {
  let letters: DeadLetterFollower | null = null;
  return {
    make: async () => {
      await makeFlowTopics(brokers, partitions);
      letters = await followDeadLetters(brokers);
    },
    deadLetters: async () => {
      if (!letters) throw new Error('The topics of the stories were not made');
      return letters.read();
    },
    remove: async () => {
      await letters?.close();
      await removeFlowTopics(brokers);
    },
  };
};
