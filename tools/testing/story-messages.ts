import { TOPICS } from '@weir/contracts';
import type { TopicMessage } from '@weir/messaging';
import { enrichedMessage, observationCause } from './judging.js';
import { feedCause } from './judging-shard.js';
import type { Chance } from './random-cases.js';
import { editedFacts, randomFacts } from './story-facts.js';

export interface StoryPackage {
  readonly name: string;
  readonly repository: string;
}

export const PACKAGES: readonly StoryPackage[] = Array.from({ length: 8 }, (_, number) => ({
  name: `p${number}`,
  repository: number < 4 ? 'r-a' : 'r-b',
}));

/** What enrichment says in a story. */
export interface StoryMessages {
  /** Of a package that is published, on facts that are other than before, or deleted. */
  readonly observation: (one: StoryPackage) => TopicMessage;
  /** One that was sent before, under another offset. */
  readonly repeat: () => readonly TopicMessage[];
  /** Of facts that a feed changed, or of older ones than were sent; none of a package that is not there. */
  readonly ofFeed: (one: StoryPackage) => readonly TopicMessage[];
}

interface Known {
  ordinal: number;
  sequence: number;
  facts: unknown;
  readonly sent: TopicMessage[];
}

export const storyMessages = (chance: Chance, workspace: string, millis: () => number): StoryMessages => {
  const known = new Map(
    PACKAGES.map(({ name }): [string, Known] => [name, { ordinal: 0, sequence: 0, facts: null, sent: [] }]),
  );
  const nextOffset = countOffsets();
  const knownOf = ({ name }: StoryPackage): Known => {
    const found = known.get(name);
    if (!found) throw new Error(`The story has no package ${name}.`);
    return found;
  };
  return {
    observation: (one) => {
      const state = knownOf(one);
      state.ordinal += 1;
      state.sequence += 1;
      state.facts = observedFacts(chance, state.facts, millis());
      const { ordinal, sequence, facts } = state;
      const presence = facts === null ? 'deleted' : 'present';
      const place = { offset: nextOffset(TOPICS.enriched), ordinal, sequence, presence } as const;
      const message = enrichedMessage(one.name, facts, {
        ...place,
        workspace,
        repository: one.repository,
        cause: observationCause(),
      });
      state.sent.push(message);
      return message;
    },
    repeat: () => {
      const sent = PACKAGES.flatMap((one) => knownOf(one).sent);
      return sent.length > 0 ? [{ ...chance.pick(sent), offset: nextOffset(TOPICS.enriched) }] : [];
    },
    ofFeed: (one) => {
      const state = knownOf(one);
      if (state.facts === null) return [];
      const isStale = chance.happens(0.15);
      if (!isStale) {
        state.sequence += 1;
        state.facts = editedFacts(chance, state.facts, millis());
      }
      const [facts, sequence] = isStale
        ? [randomFacts(chance, millis()), state.sequence - 1]
        : [state.facts, state.sequence];
      const topic = TOPICS.enrichedByFeed;
      const cause = feedCause(chance.pick(['osv', 'epss', 'kev']), String(sequence));
      return [
        enrichedMessage(one.name, facts, {
          offset: nextOffset(topic),
          sequence,
          topic,
          workspace,
          repository: one.repository,
          cause,
        }),
      ];
    },
  };
};

/** The next offset of a topic. */
const countOffsets = (): ((topic: string) => number) => {
  const offsets = new Map<string, number>();
  return (topic) => {
    const offset = offsets.get(topic) ?? 0;
    offsets.set(topic, offset + 1);
    return offset;
  };
};

/** null: deleted. */
const observedFacts = (chance: Chance, before: unknown, millis: number): unknown => {
  if (chance.happens(0.1)) return null;
  return before !== null && chance.happens(0.3) ? before : randomFacts(chance, millis);
};
