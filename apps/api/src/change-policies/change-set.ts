import type { ChangePolicies, PoliciesChanged, PolicyChangeBody } from '@weir/contracts';
import { evolvePolicyBook, type AskedBy, type Policy, type PolicyBook, type PolicyEvent } from '@weir/domain';
import { decideDeed, type Asked } from '../activate-policy/change-active.js';
import { findPolicy } from '../policy-log/find-policy.js';
import type { PolicyPorts } from '../policy-ports.js';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { savingNew, savingRevision } from '../revise-policy/save-policy.js';
import type { Decided, Wish } from './wish.js';

type Decide = (book: PolicyBook) => Decided | PolicyRefusal;
type Changed = PoliciesChanged['changed'][number];

/** A change set whose texts were checked. */
export interface ChangeSet extends Wish {
  readonly warnings: PoliciesChanged['warnings'];
  /** What the decision that was asked for last changes. */
  changed(): readonly Changed[];
}

/** All changes as one wish: decided in order, each on what those before it left, and refused as a whole. */
export const openChangeSet = async (
  ports: PolicyPorts,
  { workspace, changes }: Pick<ChangePolicies, 'workspace' | 'changes'>,
  { changeSet, by }: { readonly changeSet: string; readonly by: AskedBy },
): Promise<ChangeSet | PolicyRefusal> => {
  const warnings: PoliciesChanged['warnings'] = [];
  const deciders: Decide[] = [];
  for (const [at, change] of changes.entries()) {
    const prepared = await prepare(ports, workspace, change, by);
    if (isRefused(prepared)) return within(at, prepared);
    deciders.push(prepared.decide);
    warnings.push(...prepared.warnings.map(({ severity: _severity, ...warning }) => ({ at, ...warning })));
  }
  let last: readonly [PolicyBook, PolicyBook] | null = null;
  return {
    warnings,
    decide: (book) => {
      const outcome = decideInOrder(deciders, book);
      if (isRefused(outcome)) return outcome;
      last = [book, outcome.after];
      return { evidence: outcome.evidence, events: outcome.events.map((event) => inChangeSet(event, changeSet)) };
    },
    changed: () => (last ? changedBetween(...last) : []),
  };
};

const within = (at: number, refusal: PolicyRefusal): PolicyRefusal => ({ ...refusal, within: `/changes/${at}` });

const decideInOrder = (
  deciders: readonly Decide[],
  book: PolicyBook,
): (Decided & { readonly after: PolicyBook }) | PolicyRefusal => {
  let after = book;
  const events: PolicyEvent[] = [];
  const evidence: Decided['evidence'][number][] = [];
  for (const [at, decide] of deciders.entries()) {
    const decided = decide(after);
    if (isRefused(decided)) return within(at, decided);
    after = decided.events.reduce(evolvePolicyBook, after);
    events.push(...decided.events);
    evidence.push(...decided.evidence);
  }
  return { events, evidence, after };
};

interface Prepared {
  readonly decide: Decide;
  readonly warnings: readonly {
    readonly severity: string;
    readonly code: string;
    readonly message: string;
    readonly line: number;
    readonly column: number;
  }[];
}

const prepare = async (
  ports: PolicyPorts,
  workspace: string,
  change: PolicyChangeBody,
  by: AskedBy,
): Promise<Prepared | PolicyRefusal> => {
  const now = (): Asked => ({ now: ports.clock().toISOString(), by });
  if (change.change === 'save') return prepareSave(ports, workspace, change, now);
  const { policyId } = change;
  const deed =
    change.change === 'activate'
      ? ({ kind: 'activate', revision: change.revision } as const)
      : ({ kind: change.change } as const);
  return {
    warnings: [],
    decide: (book) => outside(book, workspace, policyId) ?? decideDeed(book, policyId, deed, now()),
  };
};

const prepareSave = async (
  ports: PolicyPorts,
  workspace: string,
  { change: _change, active, policyId, baseRevision, ...content }: Extract<PolicyChangeBody, { change: 'save' }>,
  now: () => Asked,
): Promise<Prepared | PolicyRefusal> => {
  const saving =
    policyId === undefined
      ? savingNew(ports, { workspace, ...content }, now().by)
      : await savingRevision(ports, policyId, { baseRevision, ...content }, now().by);
  if (isRefused(saving)) return saving;
  const warnings = await saving.check();
  if (isRefused(warnings)) return warnings;
  return {
    warnings,
    decide: (book) => {
      const refusal = policyId === undefined ? null : outside(book, workspace, policyId);
      if (refusal) return refusal;
      const saved = saving.decide(book);
      if (isRefused(saved)) return saved;
      const switched = decideActive(saved.events.reduce(evolvePolicyBook, book), saved.policyId, active, now());
      if (isRefused(switched)) return switched;
      return { events: [...saved.events, ...switched.events], evidence: saved.evidence };
    },
  };
};

const NOTHING: Decided = { events: [], evidence: [] };

/** What is as it should be already is no reason to refuse. */
const decideActive = (
  book: PolicyBook,
  policyId: string,
  active: boolean | undefined,
  now: Asked,
): Decided | PolicyRefusal => {
  const policy = book.policies[policyId];
  const latest = policy?.revisions.at(-1)?.revision ?? null;
  const current = policy?.activeRevision ?? null;
  if (active === true && current !== latest) return decideDeed(book, policyId, { kind: 'activate' }, now);
  if (active === false && current !== null) return decideDeed(book, policyId, { kind: 'deactivate' }, now);
  return NOTHING;
};

/** A change set is of one workspace, as everything is. */
const outside = (book: PolicyBook, workspace: string, policyId: string): PolicyRefusal | null => {
  const policy = findPolicy(book, policyId);
  if (isRefused(policy)) return policy;
  return policy.workspace === workspace
    ? null
    : { refused: 'no_such_policy', message: `There is no policy ${policyId} in workspace ${workspace}.` };
};

const inChangeSet = (event: PolicyEvent, changeSet: string): PolicyEvent =>
  ({ ...event, data: { ...event.data, changeSet } }) as PolicyEvent;

const changedBetween = (before: PolicyBook, after: PolicyBook): readonly Changed[] =>
  Object.values(after.policies).flatMap((policy) => {
    const was = before.policies[policy.policyId];
    return was === policy ? [] : [changeOf(was, policy)];
  });

const latestOf = (policy: Policy | undefined): number | null => policy?.revisions.at(-1)?.revision ?? null;

const changeOf = (was: Policy | undefined, policy: Policy): Changed => ({
  policyId: policy.policyId,
  name: policy.name,
  created: !was,
  revisionBefore: latestOf(was),
  revisionAfter: latestOf(policy) ?? 0,
  activeBefore: was?.activeRevision ?? null,
  activeAfter: policy.activeRevision,
  retired: policy.retiredAt !== null,
});
