import type { TopicMessage } from './topics.js';

/** The value of a message as text (UTF-8). `Buffer.from(value)` would copy it first. */
export const messageText = ({ value }: Pick<TopicMessage, 'value'>): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
