import type { DecisionSummary } from '@weir/contracts';
import type { EventStore } from '@weir/event-store';
import { readPolicySet } from '@weir/judging';
import type pg from 'pg';
import type { DecisionDetails } from './decision-row.js';

export interface DescribePorts {
  readonly pool: pg.Pool;
  readonly eventStore: Pick<EventStore, 'evidence'>;
}

/** What a reader is told of a policy in a set. */
interface Named {
  readonly policyId: string;
  readonly name: string;
  readonly revision: number;
}

/**
 * The same decisions, whose causes say for people what the log tells by digest: which policies changed since the decision before
 * about the same package, and that the engine did. Made when it is read: the row stays what the log makes of it.
 */
export const describeCauses = async (
  ports: DescribePorts,
  decisions: readonly DecisionSummary[],
): Promise<DecisionSummary[]> => {
  const byPolicy = decisions.filter(({ cause }) => cause.kind === 'policy');
  const before = byPolicy.length === 0 ? new Map<string, DecisionDetails>() : await readBefore(ports.pool, byPolicy);
  const sets = new Map<string, Promise<readonly Named[]>>();
  const policiesOf = (digest: string): Promise<readonly Named[]> => {
    const known = sets.get(digest) ?? namedPolicies(ports.eventStore, digest);
    sets.set(digest, known);
    return known;
  };
  return Promise.all(
    decisions.map(async (decision) => {
      const { cause, policySetDigest, id } = decision;
      if (cause.kind === 'engine') return { ...decision, cause: { ...cause, detail: 'another version of the engine' } };
      if (cause.kind !== 'policy') return decision;
      const earlier = before.get(id);
      if (!earlier) return { ...decision, cause: { ...cause, detail: SOME_CHANGE } };
      const [was, is] = await Promise.all([policiesOf(earlier.policySetDigest), policiesOf(policySetDigest)]);
      return { ...decision, cause: { ...cause, detail: changesOf(was, is, concernedBy(decision)) } };
    }),
  );
};

const SOME_CHANGE = 'policies were changed';

/** How the decision before each of these stood, about the same package. */
const readBefore = async (
  pool: pg.Pool,
  decisions: readonly DecisionSummary[],
): Promise<ReadonlyMap<string, DecisionDetails>> => {
  const { rows } = await pool.query<{ id: string; details: string }>(BEFORE, [decisions.map(({ id }) => id)]);
  return new Map(rows.map(({ id, details }) => [id, JSON.parse(details) as DecisionDetails]));
};

const BEFORE = `
  SELECT d.id, earlier.details FROM unnest($1::text[]) AS asked (id) JOIN api.decision_view d ON d.id = asked.id,
  LATERAL (SELECT e.details FROM api.decision_view e
            WHERE e.purl = d.purl AND e.repository = d.repository AND e.workspace = d.workspace AND e.decided_at < d.decided_at
            ORDER BY e.decided_at DESC LIMIT 1) AS earlier`;

/** None where the log has lost the set: what is told then is a change, not which. */
const namedPolicies = async (store: DescribePorts['eventStore'], digest: string): Promise<readonly Named[]> =>
  (await readPolicySet((named) => store.evidence(named), digest))?.policies ?? [];

const concernedBy = ({ matched, errored }: DecisionSummary): ReadonlySet<string> =>
  new Set([...matched, ...errored].map(({ policyId }) => policyId));

const MOST_NAMED = 3;

/** What differs, as a sentence: the policies that spoke first. */
export const changesOf = (was: readonly Named[], is: readonly Named[], spoke: ReadonlySet<string>): string => {
  const before = new Map(was.map((policy) => [policy.policyId, policy]));
  const after = new Set(is.map(({ policyId }) => policyId));
  const activated = is.filter(({ policyId, revision }) => before.get(policyId)?.revision !== revision);
  const ended = was.filter(({ policyId }) => !after.has(policyId));
  const changes = [
    ...activated.map(({ policyId, name, revision }) => ({ policyId, text: `${name}, revision ${revision} activated` })),
    ...ended.map(({ policyId, name }) => ({ policyId, text: `${name} deactivated` })),
  ].sort((a, b) => Number(spoke.has(b.policyId)) - Number(spoke.has(a.policyId)));
  if (changes.length === 0) return SOME_CHANGE;
  const further = changes.length > MOST_NAMED ? `; and ${changes.length - MOST_NAMED} more changes of policies` : '';
  return `${changes
    .slice(0, MOST_NAMED)
    .map(({ text }) => text)
    .join('; ')}${further}`;
};
