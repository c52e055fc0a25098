import { retryTopic } from '@weir/contracts';
import type { Subscription } from '../topics.js';

/** One for each pause, the shortest wait first. */
export const retryTopicsOf = ({
  group,
  retryPauses = [],
}: Pick<Subscription, 'group' | 'retryPauses'>): readonly string[] =>
  retryPauses.map((_, index) => retryTopic(group, index + 1));

/** Everything that a subscription reads: its lanes, and where its own messages wait. */
export const allTopics = (subscription: Pick<Subscription, 'group' | 'topics' | 'retryPauses'>): readonly string[] => [
  ...subscription.topics,
  ...retryTopicsOf(subscription),
];
