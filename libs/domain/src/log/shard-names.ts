/** Where policies are kept: one shard, so that what is active is decided in one order. */
export const POLICY_SHARD = 'policy/0';

/** Where loads of feeds are kept: one shard, so that what is newest is known to all in one order. */
export const FEED_SHARD = 'feeds/0';

/** Where keys are kept: one shard, which every service follows. Invariant: api opens it for writing, and `weir keys`. */
export const KEY_SHARD = 'keys/0';

/** Where it is kept which topics a person let be read from their beginning. */
export const TOPIC_SHARD = 'topics/0';

/** How the names of the shards begin that hold decisions; a partition follows. */
export const DECISION_SHARDS = 'evaluation/';

/** The shard of the decisions about a partition's packages. Invariant: evaluation alone opens it for writing. */
export const decisionShard = (partition: number): string => `${DECISION_SHARDS}${partition}`;

/** How the names of the shards begin that hold effects; a partition follows. */
export const EFFECT_SHARDS = 'action/';

/** The shard of the effects on a partition's packages. Invariant: action alone opens it for writing. */
export const effectShard = (partition: number): string => `${EFFECT_SHARDS}${partition}`;

/** The partition whose packages a shard is about. */
export const partitionOfShard = (shard: string): number => Number(shard.slice(shard.indexOf('/') + 1));

/** Whether a shard holds decisions. */
export const isDecisionShard = (shard: string): boolean => shard.startsWith(DECISION_SHARDS);

/** The shards that hold effects. */
export const EFFECTS = /^action\//;

/** What becomes of packages: decisions, and the effects of them. */
export const DECISIONS_AND_EFFECTS = /^(?:evaluation|action)\//;

/** What judgements are made from, and they themselves. */
export const JUDGEMENTS_AND_CONDITIONS = /^(?:policy|feeds|evaluation)\//;
