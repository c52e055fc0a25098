import { DECISION_SHARDS, evolveJudgement, unjudged, type JudgementEvent } from '@weir/domain';
import { viewOfShards, type EventStore, type StoredEvent } from '@weir/event-store';
import { judgementsOf, type RecordedJudgement } from '@weir/judging';
import type { DerivedTable, DerivedView } from '@weir/postgres';
import type pg from 'pg';
import { readJudgements, writeJudgements, type JudgementRow } from './judge-packages/judgement-rows.js';

const BY_THE_LOG = `jsonb_build_object('desired', pg_temp.as_json(r.details) -> 'desired', 'repository', pg_temp.as_json(r.details) -> 'repository',
  'package', pg_temp.as_json(r.details) -> 'package')`;

/**
 * The latest judgement of each package. What a sweep and the clock move without an event follows from no log: such a row is
 * looked at again at once when it is mended. Facts that come later have a higher number than 0.
 */
export const judgementTables: readonly DerivedTable[] = [
  {
    name: 'evaluation.judgement',
    key: ['package_key'],
    compared: {
      shard: 'r.shard',
      workspace: 'r.workspace',
      presence: 'r.presence',
      facts_digest: 'r.facts_digest',
      details: BY_THE_LOG,
    },
    free: {
      sequence: '0',
      policy_set_digest: 'r.policy_set_digest',
      conditions: 'NULL',
      look_at: 'now()',
      origin_traceparent: 'NULL',
    },
    set: {
      shard: 's.shard',
      workspace: 's.workspace',
      presence: 's.presence',
      facts_digest: 's.facts_digest',
      details: `(coalesce(pg_temp.as_json(i.details), '{}') || pg_temp.as_json(s.details))::text`,
      conditions: 'NULL',
      look_at: 'now()',
    },
  },
];

/** The judgements by the log. */
export const judgementView = ({ store }: { readonly store: Pick<EventStore, 'read'> }): DerivedView =>
  viewOfShards({ store, shards: DECISION_SHARDS, schema: 'evaluation', tables: judgementTables, fold });

const EVERYBODY = { has: () => true };

const fold = async (client: pg.PoolClient, shard: string, events: readonly StoredEvent[]): Promise<void> => {
  const judged = events.flatMap(judgementsOf);
  const rows = await readJudgements(client, [...new Set(judged.map(({ packageKey }) => packageKey))]);
  for (const one of judged) {
    const row = rowAfter(one, rows.get(one.packageKey), shard);
    if (row !== null) rows.set(one.packageKey, row);
  }
  await writeJudgements(client, [...rows.values()], EVERYBODY);
};

const rowAfter = (one: RecordedJudgement, row: JudgementRow | undefined, shard: string): JudgementRow | null => {
  const { event, packageKey, factsDigest, policySetDigest, engineDigest, decidedAt } = one;
  const judgement = evolveJudgement(row?.judgement ?? unjudged, event, packageKey);
  const moved = { judgement, factsDigest, policySetDigest, engineDigest, decidedAt };
  if (row !== undefined) return { ...row, ...placeOf(event), ...moved };
  if (event.type !== 'DecisionRecorded') return null;
  return { ...NEW, ...placeOf(event), key: packageKey, shard, ...moved } as JudgementRow;
};

type Place = Pick<JudgementRow, 'workspace' | 'repository' | 'package' | 'presence'>;

/** A confirmation says of a package only what it was judged by. */
const placeOf = (event: JudgementEvent): Partial<Place> => {
  if (event.type !== 'DecisionRecorded') return {};
  const { workspace, repository, presence } = event.data;
  return { workspace, repository, package: event.data.package, presence };
};

const NEW = {
  sequence: 0,
  conditions: null,
  deadline: null,
  retryAt: null,
  isMoving: false,
  answered: null,
  originTraceparent: null,
} as const;
