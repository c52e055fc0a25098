import { expect, test } from 'vitest';
import { decisionShard, effectShard, isDecisionShard, POLICY_SHARD } from './shard-names.js';

/** What logs that are there already are called by; it can never change. */
test.each([
  [POLICY_SHARD, 'policy/0', false],
  [decisionShard(0), 'evaluation/0', true],
  [decisionShard(17), 'evaluation/17', true],
  [effectShard(3), 'action/3', false],
])('%s', (shard, name, holdsDecisions) => {
  expect(shard).toBe(name);
  expect(isDecisionShard(shard)).toBe(holdsDecisions);
});

test.each(['evaluation', 'evaluations/3', 'xevaluation/3', ''])('%j holds no decisions', (shard) => {
  expect(isDecisionShard(shard)).toBe(false);
});
