const SHARD = /^[a-z]+\/(?:0|[1-9][0-9]{0,8})$/;
const EVENT_ID = /^([a-z]+)-(0|[1-9][0-9]{0,8})-(0|[1-9][0-9]{0,15})$/;

/** Where an event lies in the log. */
export interface EventAddress {
  readonly shard: string;
  readonly position: number;
}

/** The name of the event at a position: `evaluation/3` at 120 is `evaluation-3-120`. */
export const eventId = (shard: string, position: number): string => `${shard.replace('/', '-')}-${position}`;

/** The place an event id names, or null when the text is no event id. */
export const parseEventId = (id: string): EventAddress | null => {
  const [, owner, partition, position] = EVENT_ID.exec(id) ?? [];
  if (owner === undefined || !Number.isSafeInteger(Number(position))) return null;
  return { shard: `${owner}/${partition}`, position: Number(position) };
};

/**
 * Refuses shard names from which no event id could be read back.
 * @throws TypeError that says what a shard's name looks like.
 */
export const checkShardName = (shard: string): void => {
  if (!SHARD.test(shard))
    throw new TypeError(
      `"${shard}" is no shard name: write owner/partition in lower case letters and digits, such as evaluation/3.`,
    );
};
