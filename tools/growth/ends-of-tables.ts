/**
 * How a table ends: by a retention (the variable that says so), by its nature (a row for each of something that does not
 * grow by itself), or not at all, with the decision that says why.
 */
export type End =
  | { readonly retention: string; /** Goes with the rows of this one. */ readonly with?: string }
  | { readonly bounded: string }
  | { readonly whole: string };

const forEach = (what: string): End => ({ bounded: `a row for each ${what}` });
const WHOLE: End = { whole: 'docs/adr/0194-what-ends-and-what-stays.md' };
const UNTIL_DONE = 'work that waits: a row goes when it is done';

/** Every table there is. A new one says here how it ends, or `growth.int.spec.ts` names it. */
export const ENDS: Readonly<Record<string, End>> = {
  'log.event': WHOLE,
  'log.evidence': WHOLE,
  'log.evidence_frame': WHOLE,
  'log.shard_head': forEach('shard: services and partitions'),
  'log.verification': forEach('run of weir log verify --record'),

  'topic.message': { retention: 'TOPIC_DAYS' },
  'topic.partition_head': forEach('topic and partition'),
  'topic.group_position': forEach('group, topic and partition'),
  'topic.identity': forEach('topic'),

  'intelligence.observation': { retention: 'OBSERVATION_DAYS' },
  'intelligence.inventory': forEach('package in a repository, deleted ones too: a late event must not bring them back'),
  'intelligence.inventory_vulnerability': forEach('package and vulnerability that ever affected it'),
  'intelligence.pending_reassessment': { bounded: UNTIL_DONE },
  'intelligence.position': forEach('topic and partition'),
  'intelligence.advisory': forEach('advisory of the feeds'),
  'intelligence.advisory_affects': forEach('advisory and package name of the feeds'),
  'intelligence.ecosystem_load': forEach('ecosystem'),
  'intelligence.epss_score': forEach('CVE that EPSS scores'),
  'intelligence.epss_history': { retention: 'FEEDS_HISTORY_DAYS' },
  'intelligence.kev': forEach('CVE of the catalogue'),
  'intelligence.feed_load': { retention: 'FEEDS_HISTORY_DAYS' },
  'intelligence.feed_held_back': { retention: 'FEEDS_HISTORY_DAYS' },
  'intelligence.feed_awaited': forEach('entry that the newest file of a feed takes away, until the next file'),

  'evaluation.judgement': forEach('package in a repository: its latest judgement'),
  'evaluation.observation': {
    bounded: 'nothing is added: what an enrichment of versions before told without its place',
  },
  'evaluation.relay': forEach('shard'),
  'evaluation.swept': forEach('shard'),

  'action.package': forEach('package in a repository that any effect was asked for'),
  'action.waiting': {
    bounded: `${UNTIL_DONE}: a decision that was passed over is acted on, or a later one of its package is`,
  },
  'action.source': forEach('pair of shards'),
  'action.effect': { retention: 'EFFECT_DAYS' },
  'action.delivery': { retention: 'EFFECT_DAYS', with: 'action.effect' },

  'api.package_view': forEach('package in a repository'),
  'api.decision_view': { retention: 'DECISION_VIEW_DAYS' },
  'api.decision_hour': { retention: 'DECISION_VIEW_DAYS' },
  'api.effect_view': { retention: 'EFFECT_DAYS' },
  'api.follower': forEach('shard'),
  'api.accepted': { bounded: `${UNTIL_DONE}, or 90 days after it was refused` },
  'api.accepted_position': forEach('topic and partition'),

  'access.key_use': forEach('key'),
  'public.weir_migration': forEach('migration'),
};
