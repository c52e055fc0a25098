/** Every span name, so that dashboards and code cannot drift apart. */
export const SPANS = {
  acceptEvents: 'weir.ingest.accept',
  publish: 'weir.topics.publish',
  handleBatch: 'weir.topics.handle',
  enrich: 'weir.enrichment.enrich',
  evaluate: 'weir.evaluation.evaluate',
  append: 'weir.log.append',
  act: 'weir.action.act',
} as const;

/** Every attribute name of spans and log lines. */
export const ATTRIBUTES = {
  workspace: 'weir.workspace',
  packageKey: 'weir.package.key',
  purl: 'weir.package.purl',
  topic: 'weir.topic',
  partition: 'weir.partition',
  offset: 'weir.offset',
  group: 'weir.group',
  shard: 'weir.shard',
  decisionId: 'weir.decision.id',
  policySetDigest: 'weir.policy_set.digest',
} as const;
