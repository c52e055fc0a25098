import { deadLetterTopic, retryTopic } from '@weir/contracts';

/** Whether messages of `topic` are messages of other topics with more headers: those may be larger than a message else may be. */
export const isOverflowTopic = (topic: string): boolean => topic.endsWith(deadLetterTopic('')) || RETRY.test(topic);

const RETRY = new RegExp(`${retryTopic('', 1).slice(0, -1)}\\d+$`);
