import type { PolicyResult } from '@weir/domain';
import { scrape } from '@weir/service';
import { expect, test } from 'vitest';
import { measureDecisions, type Measured } from './measure-decisions.js';

const idOf = (name: string): string => name.replaceAll(/\W/g, '-');
const names = new Map(['p', 'q', 'two\nlines'].map((name) => [idOf(name), name]));

const result = (name: string, match: boolean | null, code?: string): PolicyResult => ({
  policyId: idOf(name),
  name,
  revision: 1,
  match,
  reasons: [],
  output: '{}',
  error: code === undefined ? null : { code, message: '' },
});
const observation = {
  id: '1',
  source: '/test',
  kind: 'published',
  occurredAt: '2026-11-22T07:00:00.000Z',
  receivedAt: '2026-11-22T07:00:00.000Z',
  actor: null,
} as const;

const decision = (
  workspace: string,
  state: 'available' | 'quarantined',
  before: 'available' | null,
  results: readonly PolicyResult[],
): Measured => ({
  answers: { results },
  decision: {
    type: 'DecisionRecorded',
    version: 4,
    data: {
      workspace,
      repository: { name: 'npm', format: 'npm', environment: null, team: null, region: null },
      package: { purl: 'pkg:npm/a@1', type: 'npm', namespace: null, name: 'a', version: '1', digest: null },
      presence: 'present',
      cause: { kind: 'observation', observation },
      decidedAt: '2026-11-22T07:00:00.010Z',
      factsDigest: null,
      policySetDigest: 'sha256:0',
      engineDigest: 'sha256:0',
      basis: 'sha256:0',
      said: 'sha256:0',
      results: [],
      desired: { state, tags: [], promotion: 'allowed', because: [] },
      before: before === null ? null : { state: before, tags: [] },
    },
  },
});

test('a batch is counted by outcome, by change of state, and by what each policy answered; events tell how long they waited', async () => {
  measureDecisions(
    [
      decision('one', 'quarantined', 'available', [result('p', true), result('two\nlines', null, 'deadline_exceeded')]),
      decision('one', 'available', null, [result('p', false), result('q', null)]),
      decision('other', 'available', null, [result('p', false)]),
      { answers: { results: [result('p', true)] }, decision: null },
    ],
    (_workspace, policyId) => names.get(policyId) ?? policyId,
    new Date('2026-11-22T07:00:00.020Z'),
  );
  const { text } = await scrape();
  for (const line of [
    'weir_decisions_total{workspace="one",outcome="quarantined",cause="observation"} 1',
    'weir_decisions_total{workspace="other",outcome="available",cause="observation"} 1',
    'weir_state_changes_total{workspace="one",from="available",to="quarantined",cause="observation"} 1',
    'weir_policy_results_total{workspace="one",policy="p",result="match"} 1',
    'weir_policy_results_total{workspace="one",policy="q",result="undefined"} 1',
    'weir_policy_results_total{workspace="other",policy="p",result="no_match"} 1',
    'weir_policy_faults_total{workspace="one",policy="two\\nlines",code="deadline_exceeded"} 1',
    'weir_decision_latency_seconds_bucket{le="0.015"} 0',
    'weir_decision_latency_seconds_bucket{le="0.025"} 3',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});
