import {
  evolveJudgement,
  recordJudgement,
  unjudged,
  type Cause,
  type JudgementEvent,
  type PolicyResult,
  type PolicyTerms,
  type RecordJudgement,
} from '@weir/domain';
import { specificationOf } from './decider-specification.js';

export const LODASH = 'acme/npm-production/pkg:npm/lodash@4.17.20';

export const observed = (kind: 'published' | 'copied' | 'deleted' | 'downloaded'): Cause => ({
  kind: 'observation',
  observation: {
    id: 'e-1',
    source: '/registry',
    kind,
    occurredAt: '2026-06-14T08:00:00.000Z',
    receivedAt: '2026-06-14T08:00:01.000Z',
    actor: null,
  },
});

export const epssMoved: Cause = {
  kind: 'feed',
  feed: 'epss',
  revision: '2026-08-02',
  changed: ['v0.vulnerabilities.epss'],
  because: ['CVE-2021-23337'],
};

/** One of each cause but an observation. */
export const OTHER_CAUSES: readonly Cause[] = [
  epssMoved,
  { kind: 'policy', policySetDigest: 'sha256:set-2' },
  { kind: 'engine', engineDigest: 'sha256:engine-2' },
  { kind: 'freshness', freshnessDigest: null },
  { kind: 'time', dueAt: '2026-08-02T00:00:00.000Z' },
  { kind: 'retry', policies: ['epss'] },
];

export const DEADLINE: PolicyResult['error'] = { code: 'deadline_exceeded', message: 'took over 250 ms' };

export const answer = (match: boolean | null, more: Partial<PolicyResult> = {}): PolicyResult => ({
  policyId: 'epss',
  name: 'EPSS at or over 0.2',
  revision: 1,
  match,
  reasons: match ? ['CVE-2021-23337 has EPSS 0.213'] : [],
  output: '{}',
  error: null,
  ...more,
});

export const failure = (more: Partial<PolicyResult> = {}): PolicyResult => answer(null, { error: DEADLINE, ...more });

export const terms = (more: Partial<PolicyTerms> = {}): PolicyTerms => ({
  policyId: 'epss',
  precedence: 10,
  terminal: false,
  actions: [
    { type: 'SetPackageState', state: 'quarantined' },
    { type: 'AddPackageTags', tags: ['exceeded-epss'] },
  ],
  onError: 'hold',
  ...more,
});

/** Of lodash, by one policy that does not match, unless told otherwise; `said` follows from the answers. */
export const judge = (more: Partial<RecordJudgement> = {}): RecordJudgement => {
  const command: Omit<RecordJudgement, 'said'> = {
    type: 'RecordJudgement',
    packageKey: LODASH,
    workspace: 'acme',
    repository: { name: 'npm-production', format: 'npm', environment: 'production', team: null, region: null },
    package: {
      purl: 'pkg:npm/lodash@4.17.20',
      type: 'npm',
      namespace: null,
      name: 'lodash',
      version: '4.17.20',
      digest: null,
    },
    presence: 'present',
    cause: observed('published'),
    decidedAt: '2026-06-14T08:00:02.000Z',
    factsDigest: 'sha256:facts-1',
    policySetDigest: 'sha256:set-1',
    engineDigest: 'sha256:engine',
    freshnessDigest: null,
    basis: 'sha256:basis-1',
    terms: [terms()],
    results: [answer(false)],
    ...more,
  };
  return { said: saying(command.results), ...command };
};

const saying = (results: readonly PolicyResult[]): string =>
  results
    .map(({ policyId, match, reasons, error }) => `${policyId} ${match} ${reasons.join()} ${error?.code}`)
    .join(', ');

export const DELETION = {
  presence: 'deleted',
  cause: observed('deleted'),
  factsDigest: null,
  basis: 'sha256:basis-gone',
  terms: [],
  results: [],
} as const satisfies Partial<RecordJudgement>;

/** What the log keeps: a decision, or a confirmation in an event of its own. */
const record = (command: RecordJudgement, state: Parameters<typeof recordJudgement>[1]): readonly JudgementEvent[] => {
  const outcome = recordJudgement(command, state);
  if (outcome.kind === 'decided') return [outcome.event];
  const { workspace, decidedAt, policySetDigest, engineDigest, factsDigest } = command;
  const data = { workspace, cause: { kind: 'time' as const }, decidedAt, policySetDigest, engineDigest };
  const packages = [{ ...outcome.confirmation, repository: 0 }];
  return [
    {
      type: 'JudgementsConfirmed',
      version: 1,
      data: { ...data, repositories: [command.repository], packages, factsDigests: [factsDigest ?? ''] },
    },
  ];
};

/** given(events).when(command).then(events) of judging lodash. */
export const given = specificationOf({
  decide: record,
  evolve: (state, event: JudgementEvent) => evolveJudgement(state, event, LODASH),
  initialState: unjudged,
});

/** The events that a series of commands leads to, one after the other. */
export const afterwards = (...commands: readonly RecordJudgement[]): readonly JudgementEvent[] => {
  const events: JudgementEvent[] = [];
  for (const command of commands) {
    const state = events.reduce((now, event) => evolveJudgement(now, event, LODASH), unjudged);
    events.push(...record(command, state));
  }
  return events;
};
