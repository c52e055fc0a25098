import { increase, only, quantile, rate } from './panels.js';

/** For whoever writes and tunes policies: what each says, how often, how fast, and where it fails. */
export const policyActivity = {
  uid: 'weir-policy-activity',
  title: 'Weir: policy activity',
  description: 'What each policy says, how often, how fast, and where it fails.',
  sections: [
    {
      heading: 'What policies say',
      panels: [
        {
          title: 'Decisions by outcome',
          unit: 'ops',
          help: 'The state that each decision asks for.',
          queries: { '{{outcome}}': rate('decisions', 'outcome') },
          traces: '{name=~"process packages.enriched.*|weir.evaluation.evaluate"}',
        },
        {
          title: 'Decisions by cause',
          unit: 'ops',
          help: 'After a policy changes, policy is the sweep.',
          queries: { '{{cause}}': rate('decisions', 'cause') },
          traces: '{name="weir.evaluation.sweep"}',
        },
        {
          title: 'Share of packages that match',
          unit: 'percentunit',
          help: 'Of all answers of a policy. A jump after a revision deserves a look.',
          queries: {
            '{{policy}}': `${rate(only('policyResults', 'result="match"'), 'policy')} / ${rate('policyResults', 'policy')}`,
          },
          traces: '{name="weir.evaluation.ask"}',
        },
        {
          title: 'Answers',
          unit: 'ops',
          help: 'undefined: the rule match has no value for the package.',
          queries: { '{{policy}} {{result}}': rate('policyResults', 'policy', 'result') },
          traces: '{name="weir.evaluation.ask"}',
        },
      ],
    },
    {
      heading: 'How fast, and where they fail',
      panels: [
        {
          title: 'Evaluation, p50',
          unit: 's',
          help: 'One policy on one package.',
          queries: { '{{policy}}': quantile(0.5, 'policyEvaluation', 'policy') },
          traces: '{name="weir.evaluation.ask"}',
        },
        {
          title: 'Evaluation, p99',
          unit: 's',
          help: 'Its deadline is POLICY_DEADLINE_MS.',
          queries: { '{{policy}}': quantile(0.99, 'policyEvaluation', 'policy') },
          traces: '{name="weir.evaluation.ask"}',
        },
        {
          title: 'Faults by code',
          unit: 'ops',
          help: 'deadline_exceeded, memory_exceeded and suspended are the policy; engine_fault is Weir.',
          queries: { '{{policy}} {{code}}': rate('policyFaults', 'policy', 'code') },
          traces: '{name="weir.evaluation.ask"}',
        },
        {
          title: 'Most matches',
          kind: 'bargauge',
          help: 'Over the time shown.',
          queries: { '{{policy}}': `topk(10, ${increase(only('policyResults', 'result="match"'), 'policy')})` },
          traces: '{name="weir.evaluation.ask"}',
        },
      ],
    },
  ],
};
