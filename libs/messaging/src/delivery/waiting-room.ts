import type { PartitionSource } from './partition-source.js';
import { dueAt, originOf } from './retry-message.js';
import type { TopicMessage } from '../topics.js';

/** Where messages wait for one attempt. Each waits equally long there, so the first is due first. */
export interface WaitingLane {
  readonly topic: string;
  /** Milliseconds. */
  readonly pause: number;
}

interface Waiting {
  readonly key: string;
  readonly origin: string;
  readonly dueAt: number;
}

/**
 * What of one partition waits in its group's retry topics, a tier for each pause. Letters are keys, numbers their
 * order:
 *
 *     lane ──▶ tier 0 (5 s)  [b3 a5]  ──▶ tier 1 (1 min)  [b2 a4]  ──▶ tier 2 (10 min)  [a1]  ──▶ dead letter
 *                      (the first of a tier is due first)
 *
 * a5 cannot be tried before a4, nor a4 before a1: when its pause is over it moves on to wait behind it.
 * Invariant: of the messages of one key, an earlier one waits in a later tier or further ahead in the same, so that
 * those of a key are tried in their order.
 */
export interface WaitingRoom {
  readonly lanes: readonly WaitingLane[];
  /** Looks at everything that waits behind `positions`: after a start or a fault it is not known. */
  learn(positions: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void>;
  /** When to look again, in milliseconds since 1970: another process may have written what it should not. */
  lookAgainAt(): number;
  size(): number;
  /** Whether no more can be taken in. */
  isFull(): boolean;
  holds(key: string): boolean;
  /** Whether this very message waits, in a tier after `tier`; -1 for a message of a lane. */
  holdsOrigin(origin: string, tier: number): boolean;
  /** Whether an earlier message of `key` waits in a tier after `tier`. */
  holdsEarlier(key: string, tier: number): boolean;
  headOf(tier: number): string | null;
  /** The tier whose first message is due, the latest tier first: it has waited longest. */
  dueTier(now: number): number | null;
  /** When the next is due, or there is another reason to look; Infinity when there is none. */
  wakeAt(): number;
  entered(tier: number, message: TopicMessage, now: number): void;
  left(tier: number): void;
  /** Lets the first of `tier` wait once more where it is. */
  postpone(tier: number, now: number): void;
}

/** More than that in one partition is no exception any more: it then waits for them. */
const MOST_WAITING = 1_000;
const LOOK_EVERY_MS = 60_000;
const PAGE = 500;
const FETCHED_WITHIN_MS = 500;

export const createWaitingRoom = (source: PartitionSource, lanes: readonly WaitingLane[]): WaitingRoom => {
  let tiers: Waiting[][] = lanes.map(() => []);
  const postponed = new Map<number, number>();
  let lookAt = Infinity;
  const dueOf = (tier: number): number => Math.max(tiers[tier]?.[0]?.dueAt ?? Infinity, postponed.get(tier) ?? 0);
  const after = (tier: number): readonly Waiting[] => tiers.slice(tier + 1).flat();
  const size = (): number => tiers.reduce((sum, { length }) => sum + length, 0);
  return {
    lanes,
    learn: async (positions, signal) => {
      const learnt: Waiting[][] = [];
      for (const lane of lanes) learnt.push(await readLane(source, lane, positions.get(lane.topic) ?? 0, signal));
      tiers = learnt;
      lookAt = lanes.length === 0 ? Infinity : Date.now() + LOOK_EVERY_MS;
    },
    lookAgainAt: () => lookAt,
    size,
    isFull: () => size() >= MOST_WAITING,
    holds: (key) => tiers.some((tier) => tier.some((waiting) => waiting.key === key)),
    holdsOrigin: (origin, tier) => after(tier).some((waiting) => waiting.origin === origin),
    holdsEarlier: (key, tier) => after(tier).some((waiting) => waiting.key === key),
    headOf: (tier) => tiers[tier]?.[0]?.origin ?? null,
    dueTier: (now) => {
      const tier = tiers.findLastIndex((_, index) => dueOf(index) <= now);
      return tier < 0 ? null : tier;
    },
    wakeAt: () => Math.min(lookAt, ...tiers.map((_, tier) => dueOf(tier))),
    entered: (tier, message, now) =>
      void tiers[tier]?.push({ key: message.key, origin: originOf(message), dueAt: now + (lanes[tier]?.pause ?? 0) }),
    left: (tier) => {
      tiers[tier]?.shift();
      postponed.delete(tier);
    },
    postpone: (tier, now) => void postponed.set(tier, now + (lanes[tier]?.pause ?? 0)),
  };
};

const readLane = async (
  source: PartitionSource,
  { topic, pause }: WaitingLane,
  position: number,
  signal: AbortSignal,
): Promise<Waiting[]> => {
  const { first, end } = await source.place(topic);
  const latest = Date.now() + pause;
  const found: Waiting[] = [];
  for (let next = Math.max(position, first); next < end && !signal.aborted;) {
    const mark = source.mark();
    const messages = await source.read(topic, next, PAGE);
    // A clock that was wrong when a message began to wait does not make it wait for longer than its pause.
    found.push(
      ...messages.map((message) => ({
        key: message.key,
        origin: originOf(message),
        dueAt: Math.min(dueAt(message), latest),
      })),
    );
    next = (messages.at(-1)?.offset ?? next - 1) + 1;
    if (messages.length === 0) await source.wait(mark, signal, FETCHED_WITHIN_MS);
  }
  return found;
};
