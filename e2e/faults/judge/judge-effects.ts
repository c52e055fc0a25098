import { heardKey, type Heard } from '../load/webhook-endpoints.ts';
import { openBalance } from './balance.ts';
import type { DecisionData } from './count-decisions.ts';
import type { LogRow } from './hash-chain.ts';

export interface EffectFinding {
  readonly effects: number;
  /** How the deliveries to the endpoints ended, and the attempts that failed before. */
  readonly deliveries: Readonly<Record<'delivered' | 'superseded' | 'abandoned' | 'failedAttempts', number>>;
  /** Deliveries that were requested and did not end. */
  readonly effectsOpen: number;
  /** Decisions that ask for another level than the one before, and have no effect. */
  readonly effectsUnrequested: number;
  /** Effects that no decision asks for, or more than one for a decision. */
  readonly effectsDoubled: number;
  /** Deliveries that ended more than once, or were never requested. */
  readonly effectsEndedTwice: number;
  /** Deliveries that were given up, though the endpoints never say no for good. */
  readonly effectsAbandoned: number;
  /** Deliveries that the log has as made, and no endpoint took. */
  readonly effectsUnheard: number;
  /** Effects that an endpoint heard of with two different bodies. */
  readonly effectsAltered: number;
  /** Effects that an endpoint heard of and the log does not have. */
  readonly effectsUnknown: number;
}

/** Compares what decisions ask for, what the log says was done about it, and what endpoints heard. */
export interface EffectJudge {
  seeDecision(row: LogRow, data: DecisionData): void;
  /** Any event of action. */
  see(row: LogRow): void;
  finding(): EffectFinding;
  /** Some names of what was not as it should be, to look for in the log. */
  examples(): Readonly<Record<string, readonly string[]>>;
}

interface EffectData {
  readonly effectId: string;
  readonly decisionId: string;
  readonly deliverTo: readonly string[];
  readonly endpoint: string;
}

const MOST_EXAMPLES = 5;

/** A package that nothing was ever asked for. */
const UNTOUCHED = levelOf({ state: 'available', tags: [] });

export const openEffectJudge = (heard: ReadonlyMap<string, Heard>): EffectJudge => {
  /** What was last asked for, by package; decisions of one package are in one shard, and read in order. */
  const levels = new Map<string, string>();
  const [asked, endings] = [openBalance(), openBalance()];
  const deliveries = { delivered: 0, superseded: 0, abandoned: 0, failedAttempts: 0 };
  /** Kept to the end: the log may tell of an effect before an endpoint hears of it. */
  const told = new Set<string>();
  let [effects, unheard] = [0, 0];

  const requested = ({ effectId, decisionId, deliverTo }: EffectData): void => {
    effects += 1;
    asked.meet(decisionId);
    for (const key of deliverTo.map((endpoint) => heardKey(endpoint, effectId))) {
      endings.want(key);
      told.add(key);
    }
  };
  const ended = (how: 'delivered' | 'superseded' | 'abandoned', { endpoint, effectId }: EffectData): void => {
    const key = heardKey(endpoint, effectId);
    deliveries[how] += 1;
    endings.meet(key);
    if (how === 'delivered' && heard.get(key)?.isTaken !== true) unheard += 1;
  };
  return {
    seeDecision: ({ shard, position, subject }, { desired }) => {
      const level = levelOf(desired);
      if (level === (levels.get(subject) ?? UNTOUCHED)) return;
      levels.set(subject, level);
      asked.want(`${shard.replace('/', '-')}-${position}`);
    },
    see: ({ type, data }) => {
      const effect = JSON.parse(data) as EffectData;
      if (type === 'EffectRequested') requested(effect);
      else if (type === 'EffectAttemptFailed') deliveries.failedAttempts += 1;
      else if (type === 'EffectDelivered') ended('delivered', effect);
      else if (type === 'EffectSuperseded') ended('superseded', effect);
      else if (type === 'EffectAbandoned') ended('abandoned', effect);
      else throw new Error(`What to make of ${type} is not known here.`);
    },
    finding: () => ({
      effects,
      deliveries: { ...deliveries },
      effectsOpen: endings.missing().length,
      effectsUnrequested: asked.missing().length,
      effectsDoubled: asked.surplus().length,
      effectsEndedTwice: endings.surplus().length,
      effectsAbandoned: deliveries.abandoned,
      effectsUnheard: unheard,
      effectsAltered: [...heard.values()].filter(({ bodies }) => bodies.size > 1).length,
      effectsUnknown: [...heard.keys()].filter((key) => !told.has(key)).length,
    }),
    examples: () => ({
      effectsOpen: endings.missing().slice(0, MOST_EXAMPLES),
      effectsUnrequested: asked.missing().slice(0, MOST_EXAMPLES),
      effectsDoubled: asked.surplus().slice(0, MOST_EXAMPLES),
      effectsEndedTwice: endings.surplus().slice(0, MOST_EXAMPLES),
    }),
  };
};

function levelOf({ state, tags }: DecisionData['desired']): string {
  return JSON.stringify([state, [...tags].sort()]);
}
