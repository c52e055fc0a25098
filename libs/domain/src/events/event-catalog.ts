import type { JudgementEvent } from '../decision/decision.js';
import { toVersion2, toVersion3, toVersion4 } from '../decision/upcast-decision.js';
import type { EffectEvent } from '../effect/effect.js';
import type { FeedEvent } from '../feed/feed-loaded.js';
import { feedLoadedToVersion2 } from '../feed/upcast-feed.js';
import type { KeyEvent } from '../key/key-book.js';
import type { PolicyEvent } from '../policy/policy-book.js';
import type { TopicAdopted } from '../topic/topic-adopted.js';

/** Every event that the log may hold, in its newest version. */
export type LogEvent = JudgementEvent | PolicyEvent | FeedEvent | EffectEvent | KeyEvent | TopicAdopted;

type Upcaster = (data: unknown) => unknown;

/** As many steps as lead from version 1 to `Newest`. */
type StepsTo<Newest extends number, Steps extends readonly Upcaster[] = readonly []> = [
  ...Steps,
  Upcaster,
]['length'] extends Newest
  ? Steps
  : StepsTo<Newest, readonly [...Steps, Upcaster]>;

type Catalog = {
  readonly [Event in LogEvent as Event['type']]: {
    readonly newest: Event['version'];
    readonly upcasters: StepsTo<Event['version']>;
  };
};

/** Of a type that never changed. */
const FIRST = { newest: 1, upcasters: [] } as const;

/**
 * Every type of event with its newest version and the steps that lead there from version 1: what this Weir can read.
 * The compiler asks for a line for each type and for a step from each version; readers stop at what is not here.
 */
export const eventCatalog: Catalog = {
  DecisionRecorded: { newest: 4, upcasters: [toVersion2, toVersion3, toVersion4] },
  JudgementsConfirmed: FIRST,
  PolicyRevised: FIRST,
  PolicyActivated: FIRST,
  PolicyDeactivated: FIRST,
  PolicyRetired: FIRST,
  FeedLoaded: { newest: 2, upcasters: [feedLoadedToVersion2] },
  FeedHeldBack: FIRST,
  FeedAccepted: FIRST,
  FeedReplaced: FIRST,
  EffectRequested: FIRST,
  EffectDelivered: FIRST,
  EffectAttemptFailed: FIRST,
  EffectAbandoned: FIRST,
  EffectSuperseded: FIRST,
  KeyCreated: FIRST,
  KeyRotated: FIRST,
  KeyRevoked: FIRST,
  TopicAdopted: FIRST,
};
