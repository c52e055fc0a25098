import { gauge, increase, only, orZero, rate } from './panels.js';

/** For whoever answers for what gets in: what is held back, what moved and why, and whether the knowledge is fresh. */
export const security = {
  uid: 'weir-security',
  title: 'Weir: security',
  description: 'What is held back, what moved and why, and how fresh the knowledge behind it is.',
  sections: [
    {
      heading: 'What is held back',
      panels: [
        {
          title: 'Quarantines open',
          kind: 'stat',
          help: 'Packages whose desired state is quarantined.',
          queries: { quarantined: `sum (${gauge('quarantinesOpen', 'workspace')})` },
          traces: '{name="process decisions.recorded.v1"}',
        },
        {
          title: 'Moved by new knowledge',
          kind: 'stat',
          help: 'Packages that a feed moved to another state, over the time shown.',
          queries: { moved: orZero(increase(only('stateChanges', 'cause="feed"'))) },
          traces: '{name="weir.enrichment.reassess"}',
        },
        {
          title: 'Failed effects',
          kind: 'stat',
          help: 'Endpoints that were told of a quarantine and never took it.',
          queries: { failed: gauge(only('effectsOpen', 'status="failed"')) },
          traces: '{resource.service.name="action" && name="POST" && status=error}',
          warnAbove: 1,
        },
        {
          title: 'Policy faults',
          kind: 'stat',
          help: 'Answers that a policy could not give, over the time shown. What follows is its failure mode, never a silent allow.',
          queries: { faults: orZero(increase('policyFaults')) },
          traces: '{name="weir.evaluation.ask"}',
          warnAbove: 1,
        },
        {
          title: 'Quarantines open, by workspace',
          help: 'Packages whose desired state is quarantined.',
          queries: { '{{workspace}}': gauge('quarantinesOpen', 'workspace') },
          traces: '{name="process decisions.recorded.v1"}',
        },
        {
          title: 'Packages by state',
          help: 'As the latest decision of each asks for.',
          queries: { '{{state}}': `sum by (state) (${gauge('packages', 'workspace', 'state')})` },
          traces: '{name=~"process packages.enriched.*|weir.evaluation.evaluate"}',
        },
      ],
    },
    {
      heading: 'What moved, and why',
      panels: [
        {
          title: 'Changes of state',
          unit: 'ops',
          help: 'From what to what.',
          queries: { '{{from}} to {{to}}': rate('stateChanges', 'from', 'to') },
          traces: '{name=~"process packages.enriched.*|weir.evaluation.evaluate"}',
        },
        {
          title: 'Why packages were judged',
          unit: 'ops',
          help: 'observation: a registry reported it; feed, policy, time: judged again.',
          queries: { '{{cause}}': rate('decisions', 'cause') },
          traces: '{name=~"process packages.enriched.*|weir.evaluation.evaluate"}',
        },
        {
          title: 'Looked at again after a feed changed',
          unit: 'ops',
          help: 'changed: something new is known of the package.',
          queries: { '{{result}}': rate('reassessments', 'result') },
          traces: '{name="weir.enrichment.reassess"}',
        },
        {
          title: 'Effects asked for',
          unit: 'ops',
          help: 'What registries and endpoints are to be told.',
          queries: { '{{kind}}': rate('effectsRequested', 'kind') },
          traces: '{name="process decisions.recorded.v1"}',
        },
      ],
    },
    {
      heading: 'How fresh the knowledge is',
      panels: [
        {
          title: 'Since the last load',
          unit: 's',
          help: 'Since a feed was loaded, or found to be unchanged.',
          queries: { '{{feed}}': gauge('feedLoadedAge', 'feed') },
          traces: '{name="weir.enrichment.load_feed"}',
          warnAbove: 172_800,
        },
        {
          title: 'Age of the data',
          unit: 's',
          help: 'Since the date that the feed states.',
          queries: { '{{feed}}': gauge('feedDataAge', 'feed') },
          traces: '{name="weir.enrichment.load_feed"}',
        },
        {
          title: 'Records',
          kind: 'bargauge',
          help: 'Of the last load.',
          queries: { '{{feed}}': gauge('feedRecords', 'feed') },
          traces: '{name="weir.enrichment.load_feed"}',
        },
      ],
    },
  ],
};
