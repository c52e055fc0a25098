import { EVENT_SOURCE, eventNumber } from '../load/ledger.ts';
import type { LogRow } from './hash-chain.ts';

/** What a decision says, as far as it is judged here. */
export interface DecisionData {
  readonly cause: { readonly kind: string; readonly observation?: { readonly id: string; readonly source: string } };
  readonly presence: 'present' | 'deleted';
  readonly desired: { readonly state: string; readonly tags: readonly string[] };
}

export interface DecisionCount {
  readonly times: number;
  /** When the first was recorded, in milliseconds since 1970. */
  readonly at: number;
}

/** The decisions of the log. */
export interface DecisionCounts {
  see(row: LogRow, data: DecisionData): void;
  /** Those that answer an event, by its number. */
  readonly answers: ReadonlyMap<number, DecisionCount>;
  /** How many each shard has. */
  readonly shards: ReadonlyMap<string, number>;
  /** Whether a package is there, as its last decision says. A confirmation changes nothing of it. */
  readonly presence: ReadonlyMap<string, 'present' | 'deleted'>;
}

export const countDecisions = (): DecisionCounts => {
  const answers = new Map<number, DecisionCount>();
  const shards = new Map<string, number>();
  const presence = new Map<string, 'present' | 'deleted'>();
  return {
    answers,
    shards,
    presence,
    see: ({ shard, subject, recorded_at: at }, data) => {
      shards.set(shard, (shards.get(shard) ?? 0) + 1);
      presence.set(subject, data.presence);
      const number = answeredBy(data);
      if (number === null) return;
      const known = answers.get(number) ?? { times: 0, at: Date.parse(at) };
      answers.set(number, { ...known, times: known.times + 1 });
    },
  };
};

/** An observation always has a decision of its own, also when it changes nothing: it is never answered by a confirmation. */
const answeredBy = ({ cause }: DecisionData): number | null =>
  cause.kind === 'observation' && cause.observation?.source === EVENT_SOURCE ? eventNumber(cause.observation.id) : null;
