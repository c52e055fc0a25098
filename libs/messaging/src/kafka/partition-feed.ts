import { createBell } from '@weir/postgres';
import type { PartitionSource } from '../delivery/partition-source.js';
import type { Place } from '../positions/position.js';
import type { OutgoingMessage, TopicMessage } from '../topics.js';
import { TopicsUnavailable } from '../topics-unavailable.js';
import { createLaneBuffer, type LaneBuffer } from './lane-buffer.js';

/** What the feed of a partition asks of the consumer that fetches for it. */
export interface Fetching {
  /** Fetch this partition of `topic` from `offset` on. */
  seek(topic: string, partition: number, offset: number): void;
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** The partition as of now. Rejects when the topic that is fetched is another one by now. */
  readonly place: (topic: string, partition: number) => Promise<Place>;
  /** The end of the partition, as of now. */
  readonly end: (topic: string, partition: number) => Promise<number>;
  /** Throws when the group may have given the partition to another process. */
  confirmOwner(partition: number): void;
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Told when messages from offset `from` on are no longer in the topic. */
  missing(topic: string, partition: number, from: number): void;
  readonly passed: (topic: string, partition: number, position: number) => void;
}

/** One partition number of all topics of a subscription: buffers that the consumer fills and the partition's runner reads. */
export interface PartitionFeed {
  readonly source: PartitionSource;
  fetched(topic: string, messages: readonly TopicMessage[]): void;
  /** The consumer joined its group (again) and knows no positions: tells it where every lane goes on. */
  rejoined(): void;
}

export interface FeedTopics {
  readonly topics: readonly string[];
  readonly retryTopics: readonly string[];
}

interface Lane {
  readonly topic: string;
  readonly buffer: LaneBuffer;
  paused: boolean;
  /** Where messages were expected and those behind came instead; null: nowhere, or it was looked into. */
  holeAt: number | null;
}

/** Longest wait for messages of an earlier lane that the broker has and that are not here yet. */
const EARLIER_LANE_PATIENCE_MS = 500;

/**
 * `topics` are lanes, most urgent first; `retryTopics` are read for themselves. `laneBytes`: fetching of a lane pauses when
 * its buffer holds more, and goes on when it holds half of that.
 */
export const createPartitionFeed = (
  partition: number,
  topics: FeedTopics,
  laneBytes: number,
  fetching: Fetching,
): PartitionFeed => {
  const bell = createBell();
  const lanes = createLanes(partition, topics, laneBytes, fetching);
  /** A hole is one in the topic, or its beginning was cut off: then the position that is read from is lost. */
  const refuseCut = async (lane: Lane, from: number): Promise<void> => {
    const { first } = await fetching.place(lane.topic, partition);
    if (first > from) throw new TopicsUnavailable(new Error(`${lane.topic} begins at ${first} by now, behind ${from}`));
    if (lane.holeAt !== null) fetching.missing(lane.topic, partition, lane.holeAt);
    lane.holeAt = null;
  };
  return {
    source: {
      mark: () => bell.mark(),
      wait: (...since) => bell.wait(...since),
      read: async (topic, from, most) => {
        const lane = lanes.of(topic);
        if (lane.holeAt !== null) await refuseCut(lane, from);
        if (!lane.buffer.covers(from)) await lanes.moveTo(lane, from);
        const ready = lanes.take(lane, from, most);
        if (ready.length > 0 || !lanes.haveMessagesAfter(lane)) return ready;
        return (await fetching.end(topic, partition)) > from
          ? awaitEarlier(() => lanes.take(lane, from, most), bell)
          : [];
      },
      place: (topic) => fetching.place(topic, partition),
      publish: async (message) => {
        fetching.confirmOwner(partition);
        await fetching.publish([message]);
      },
      passed: (topic, position) => fetching.passed(topic, partition, position),
    },
    fetched: (topic, messages) => {
      const lane = lanes.of(topic);
      const expected = lane.buffer.next() ?? 0;
      const outcome = lane.buffer.add(messages);
      if (outcome === 'fetch again') fetching.seek(topic, partition, expected);
      if (outcome === 'taken behind a hole') lane.holeAt = expected;
      if (lane.buffer.bytes() > laneBytes) lanes.setPaused(lane, true);
      bell.ring();
    },
    rejoined: () => {
      for (const { topic, buffer, paused } of lanes.all) {
        const next = buffer.next();
        if (next !== null) fetching.seek(topic, partition, next);
        fetching[paused ? 'pause' : 'resume'](topic, partition);
      }
    },
  };
};

interface Lanes {
  readonly all: readonly Lane[];
  of(topic: string): Lane;
  /** The consumer fetches the lane, or stops to. */
  setPaused(lane: Lane, paused: boolean): void;
  /** Fetches the lane from `from` on. Throws when the partition ends before it. */
  moveTo(lane: Lane, from: number): Promise<void>;
  take(lane: Lane, from: number, most: number): readonly TopicMessage[];
  /** Whether messages of a less urgent lane wait already. */
  haveMessagesAfter(lane: Lane): boolean;
}

const createLanes = (
  partition: number,
  { topics, retryTopics }: FeedTopics,
  laneBytes: number,
  fetching: Fetching,
): Lanes => {
  const laneFor = (topic: string): Lane => ({ topic, buffer: createLaneBuffer(), paused: true, holeAt: null });
  const inOrder = topics.map(laneFor);
  const all = [...inOrder, ...retryTopics.map(laneFor)];
  const setPaused = (lane: Lane, paused: boolean): void => {
    if (lane.paused !== paused) fetching[paused ? 'pause' : 'resume'](lane.topic, partition);
    lane.paused = paused;
  };
  return {
    all,
    of: (topic) => all.find((lane) => lane.topic === topic) ?? never(topic),
    setPaused,
    moveTo: async (lane, from) => {
      const end = await fetching.end(lane.topic, partition);
      if (from > end) throw movedBack(`partition ${partition} of ${lane.topic}`, end, from);
      lane.buffer.moveTo(from);
      lane.holeAt = null;
      fetching.seek(lane.topic, partition, from);
      setPaused(lane, false);
    },
    take: (lane, from, most) => {
      const messages = lane.buffer.read(from, most);
      if (lane.buffer.bytes() <= laneBytes / 2) setPaused(lane, false);
      return messages;
    },
    haveMessagesAfter: (lane) =>
      inOrder.includes(lane) && inOrder.slice(inOrder.indexOf(lane) + 1).some(({ buffer }) => buffer.size() > 0),
  };
};

const movedBack = (what: string, end: number, from: number): TopicsUnavailable =>
  new TopicsUnavailable(
    new Error(
      `${what} ends at ${end}, but was read up to ${from}: the topic was made anew, or its brokers lost messages`,
    ),
  );

const never = (topic: string): never => {
  throw new Error(`${topic} is no topic of this subscription`);
};

/** The broker has messages of an earlier lane: a later one waits until they are here. */
const awaitEarlier = async (
  take: () => readonly TopicMessage[],
  bell: ReturnType<typeof createBell>,
): Promise<readonly TopicMessage[]> => {
  const late = AbortSignal.timeout(EARLIER_LANE_PATIENCE_MS);
  for (let mark = bell.mark(); !late.aborted; mark = bell.mark()) {
    const messages = take();
    if (messages.length > 0) return messages;
    await bell.wait(mark, late);
  }
  return take();
};
