import { decisionShard } from '@weir/domain';
import type { Positions } from './decision-feed.js';

const PART = /^(\d{1,9})\.(\d{1,15})$/;

/**
 * The id of an event in the stream: how far each shard was read with it, as `0.121_1.88`. One event's own name would
 * not do: it says nothing about the other shards, and their clocks differ.
 */
export const resumePoint = (positions: Positions): string =>
  [...positions].map(([shard, position]) => `${shard.slice(shard.indexOf('/') + 1)}.${position}`).join('_');

/** Reads a resume point back, or null for what is none. */
export const parseResumePoint = (text: string): Positions | null => {
  const parts = text === '' ? [] : text.split('_').map((part) => PART.exec(part));
  if (parts.includes(null)) return null;
  return new Map(parts.flatMap((part) => (part ? [[decisionShard(Number(part[1])), Number(part[2])] as const] : [])));
};
