import { MAX_MESSAGE_BYTES } from '@weir/contracts';
import type { OutgoingMessage } from './topics.js';

/** A message over MAX_MESSAGE_BYTES was published; permanent. Keep large parts as evidence and send their digest. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';

  constructor(
    readonly topic: string,
    readonly key: string,
    readonly bytes: number,
  ) {
    super(
      `A message of ${bytes} bytes for ${topic} (key ${key}) is over ${MAX_MESSAGE_BYTES} bytes: store large parts as evidence and send their digest.`,
    );
  }
}

/** Bytes of a message as limits count them: key, headers and value. */
export const messageBytes = ({ key, headers, value }: Pick<OutgoingMessage, 'key' | 'headers' | 'value'>): number => {
  let bytes = Buffer.byteLength(key) + value.byteLength;
  for (const name of Object.keys(headers)) bytes += Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '');
  return bytes;
};
