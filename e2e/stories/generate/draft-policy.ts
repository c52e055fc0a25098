import type { OwnStep, PolicyAction, ReviseStep, SaveStep, Template } from '../story.ts';
import type { Dice } from './dice.ts';
import type { Past } from './past.ts';
import { leaveOut, type Without } from './timeline.ts';

type Terms = Omit<ReviseStep, 'do' | 'policy' | 'then'>;

const QUARANTINE: PolicyAction = { type: 'SetPackageState', state: 'quarantined' };

const ACTIONS: readonly [readonly PolicyAction[], ...(readonly PolicyAction[])[]] = [
  [QUARANTINE],
  [QUARANTINE],
  [QUARANTINE, { type: 'AddPackageTags', tags: ['held'] }],
  [{ type: 'AddPackageTags', tags: ['noted', 'held'] }],
  [{ type: 'SetPackageState', state: 'hidden' }],
  [{ type: 'RemovePackageTags', tags: ['held'] }],
];

const LET_THROUGH: readonly PolicyAction[] = [{ type: 'SetPackageState', state: 'available' }];

/** Waiting times end 25 minutes after a step or more than four before one: .4 of an hour behind. */
const PARAMETERS: Readonly<Record<Template, (random: Dice) => Record<string, string | number | string[]>>> = {
  downloaded: () => ({}),
  'epss-over-threshold': ({ pick }) => ({ threshold: pick([0.1, 0.2, 0.5]) }),
  fragile: ({ pick }) => ({ tag: pick(['flagged', 'flagged', 'absent']) }),
  'fragile-wait': ({ pick }) => ({ days: pick([1, 3, 7]) }),
  'gpl-anywhere': () => ({}),
  'known-exploited': () => ({}),
  'malicious-package': () => ({}),
  prefixed: ({ pick }) => ({ prefixes: pick([['GPL-'], ['MIT'], ['GPL-2', 'Apache']]) }),
  'published-too-recently': ({ pick }) => ({ days: pick([1, 3, 7, 10]) }),
  'scan-status': ({ pick }) => ({
    statuses: pick([['VULNERABLE'], ['NOT_VULNERABLE'], ['VULNERABLE', 'AWAITING_SCAN']]),
  }),
  'stale-feed': ({ pick }) => ({ feed: pick(['osv', 'epss', 'kev']), hours: pick([24.4, 48.4, 100.4]) }),
  tagged: ({ pick }) => ({ tag: pick(['flagged', 'trusted']) }),
};

const TEMPLATES: Readonly<Record<Template, number>> = {
  'gpl-anywhere': 4,
  'epss-over-threshold': 3,
  'known-exploited': 3,
  'scan-status': 3,
  'published-too-recently': 3,
  fragile: 4,
  'fragile-wait': 2,
  'stale-feed': 2,
  tagged: 3,
  'malicious-package': 1,
  prefixed: 1,
  downloaded: 1,
};

const draftPolicy = (random: Dice, policy: string, workspace: string, without: Without): SaveStep => {
  const template = random.weighed(leaveOut(TEMPLATES, without));
  const rest = workspace === 'a' ? {} : { workspace };
  return {
    do: 'save',
    policy,
    ...rest,
    template,
    ...draftTerms(random, template),
    ...(random.chance(0.1) && { active: false }),
  };
};

const draftTerms = (random: Dice, template: Template): Terms => {
  const isTerminal = random.chance(template === 'tagged' ? 0.5 : 0.08);
  const actions = isTerminal && random.chance(0.6) ? LET_THROUGH : random.pick(ACTIONS);
  return {
    parameters: PARAMETERS[template](random),
    precedence: isTerminal ? random.pick([50, 300]) : random.pick([100, 300, 500, 900]),
    ...(isTerminal && { terminal: true }),
    actions: [...actions],
    ...(random.chance(0.2) && { scope: { repositories: ['main'] } }),
    ...(template.startsWith('fragile') && { onError: random.pick(['closed', 'open', 'hold', 'hold']) }),
  };
};

const MOST_POLICIES = 5;

/** Another policy, or a change of those there are when they are many. */
export const savePolicy = (random: Dice, past: Past): OwnStep => {
  if (past.policies.size >= MOST_POLICIES) return switchPolicy(random, past);
  const policy = `q${past.policies.size + 1}`;
  const step = draftPolicy(random, policy, random.chance(0.8) ? 'a' : 'b', past.without);
  past.policies.set(policy, { template: step.template, revisions: 1, isActive: step.active !== false });
  return step;
};

export const revisePolicy = (random: Dice, past: Past): OwnStep => {
  const [policy, known] = random.pickFrom([...past.policies]) ?? [];
  if (policy === undefined || known === undefined) return { do: 'rest' };
  known.revisions += 1;
  const isActive = random.chance(0.8);
  known.isActive ||= isActive;
  return { do: 'revise', policy, ...draftTerms(random, known.template), ...(!isActive && { active: false }) };
};

export const switchPolicy = (random: Dice, past: Past): OwnStep => {
  const [policy, known] = random.pickFrom([...past.policies]) ?? [];
  if (policy === undefined || known === undefined) return { do: 'rest' };
  known.isActive = !known.isActive;
  if (!known.isActive) return { do: 'deactivate', policy };
  return { do: 'activate', policy, revision: random.chance(0.7) ? known.revisions : 1 };
};
