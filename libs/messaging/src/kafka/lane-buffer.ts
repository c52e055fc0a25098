import type { TopicMessage } from '../topics.js';

/** What was fetched of one partition of one topic and not yet passed. It knows where reading and fetching go on. */
export interface LaneBuffer {
  /** Forgets everything; the next message read is the first at `from` or behind it. */
  moveTo(from: number): void;
  /** Whether reading may go on at `from` with what is here or will be fetched next. */
  covers(from: number): boolean;
  /** Messages from `from` on, at most `most`. What lies before `from` is passed and forgotten. */
  read(from: number, most: number): readonly TopicMessage[];
  /**
   * Takes in what was fetched. 'fetch again' when there is a hole before it, and nothing was taken: fetching must go on
   * at `next`. The same hole a second time is one in the topic (trimmed, compacted, a transaction's mark) and accepted.
   */
  add(messages: readonly TopicMessage[]): 'taken' | 'fetch again' | 'taken behind a hole';
  /** The offset to fetch next; null before the first moveTo. */
  next(): number | null;
  size(): number;
  bytes(): number;
}

const MESSAGE_OVERHEAD = 300;

export const createLaneBuffer = (): LaneBuffer => {
  let messages: TopicMessage[] = [];
  let bytes = 0;
  let start = 0;
  let next: number | null = null;
  let holeAt: number | null = null;

  const pass = (from: number): void => {
    const kept = messages.findIndex(({ offset }) => offset >= from);
    const passed = messages.splice(0, kept < 0 ? messages.length : kept);
    bytes -= passed.reduce((sum, message) => sum + costOf(message), 0);
    start = from;
  };
  return {
    moveTo: (from) => {
      messages = [];
      bytes = 0;
      start = from;
      next = from;
      holeAt = null;
    },
    covers: (from) => next !== null && from >= start && from <= next,
    read: (from, most) => {
      pass(from);
      return messages.slice(0, most);
    },
    add: (fetched) => {
      if (next === null) return 'taken';
      const expected = next;
      const fresh = fetched.filter(({ offset }) => offset >= expected);
      const [first] = fresh;
      if (first === undefined) return 'taken';
      if (first.offset > expected && holeAt !== expected) {
        holeAt = expected;
        return 'fetch again';
      }
      messages.push(...fresh);
      bytes += fresh.reduce((sum, message) => sum + costOf(message), 0);
      next = (fresh.at(-1)?.offset ?? expected) + 1;
      return first.offset > expected ? 'taken behind a hole' : 'taken';
    },
    next: () => next,
    size: () => messages.length,
    bytes: () => bytes,
  };
};

/** About what it takes in memory: texts by their length, which need not be counted. */
const costOf = ({ key, headers, value }: TopicMessage): number => {
  let cost = MESSAGE_OVERHEAD + key.length + value.byteLength;
  for (const name of Object.keys(headers)) cost += name.length + (headers[name]?.length ?? 0);
  return cost;
};
