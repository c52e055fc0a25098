import type { DecisionSummary } from '@weir/contracts';
import { askingPolicies, type Cause, type DecisionRecorded } from '@weir/domain';
import type { StoredEvent } from '@weir/event-store';
import { storableText } from '@weir/postgres';
import type { DecisionDetails, DecisionViewRow } from '../decisions/decision-row.js';
import type { PackageDetails, PackageViewRow } from '../package-view/package-row.js';

type Decision = DecisionRecorded['data'];

/** A row as it is written: named by column. */
export type PackageRow = Omit<PackageViewRow, 'decided_at' | 'changed_at'> & {
  readonly decided_at: string;
  /** null: neither state nor tags changed, and the row keeps its time. */
  readonly changed_at: string | null;
};

export type DecisionRow = Omit<DecisionViewRow, 'decided_at'> & { readonly decided_at: string };

export interface HourRow {
  readonly workspace: string;
  readonly hour: string;
  readonly decisions: number;
  readonly changed: number;
}

export interface DecisionRows {
  readonly packages: readonly PackageRow[];
  /** Keys of the packages that were not decided about before, by what their first decision here says. */
  readonly firstDecided: ReadonlySet<string>;
  readonly decisions: readonly DecisionRow[];
  readonly hours: readonly HourRow[];
}

/** What a run of events of one shard amounts to; the last decision of a package is what the package is. */
export const decisionRows = (events: readonly StoredEvent[]): DecisionRows => {
  const packages = new Map<string, PackageRow>();
  const firstDecided = new Set<string>();
  const hours = new Map<string, HourRow>();
  const decisions: DecisionRow[] = [];
  for (const event of events.filter(({ type }) => type === 'DecisionRecorded')) {
    const decision = event.data as Decision;
    const row = decisionRow(recordedSummary(event.id, decision));
    decisions.push(row);
    const changedAt = row.changed ? decision.decidedAt : (packages.get(event.subject)?.changed_at ?? null);
    if (decision.before === null && !packages.has(event.subject)) firstDecided.add(event.subject);
    packages.set(event.subject, packageRow(event, decision, changedAt));
    count(hours, row);
  }
  return { packages: [...packages.values()], firstDecided, decisions, hours: [...hours.values()] };
};

/** What lists and streams tell of a decision. */
export const recordedSummary = (id: string, decision: Decision): DecisionSummary => ({
  id,
  workspace: decision.workspace,
  repository: decision.repository.name,
  purl: decision.package.purl,
  decidedAt: decision.decidedAt,
  cause: { kind: decision.cause.kind, detail: storableText(causeDetail(decision.cause)) },
  before: decision.before && { state: decision.before.state, tags: decision.before.tags.map(storableText) },
  after: { state: decision.desired.state, tags: decision.desired.tags.map(storableText) },
  changed: isChanged(decision),
  matched: decision.results
    .filter(({ match }) => match === true)
    .map(({ policyId, name, revision }) => ({ policyId, policy: storableText(name ?? policyId), revision })),
  errored: decision.results.flatMap(({ policyId, name, error }) =>
    error
      ? [{ policyId, policy: storableText(name ?? policyId), code: error.code, message: storableText(error.message) }]
      : [],
  ),
  factsDigest: decision.factsDigest,
  policySetDigest: decision.policySetDigest,
});

const decisionRow = ({
  id,
  workspace,
  repository,
  purl,
  decidedAt,
  cause,
  before,
  after,
  changed,
  matched,
  errored,
  factsDigest,
  policySetDigest,
}: DecisionSummary): DecisionRow => {
  const details: DecisionDetails = { cause, before, tags: after.tags, factsDigest, policySetDigest };
  return {
    id,
    workspace,
    repository,
    purl,
    decided_at: decidedAt,
    state: after.state,
    changed,
    matched,
    errored,
    details: JSON.stringify(details),
  };
};

const packageRow = ({ id, subject }: StoredEvent, decision: Decision, changedAt: string | null): PackageRow => ({
  package_key: subject,
  workspace: decision.workspace,
  repository: decision.repository.name,
  format: decision.repository.format,
  purl: decision.package.purl,
  name: [decision.package.namespace, decision.package.name].filter(Boolean).join('/'),
  presence: decision.presence,
  state: decision.desired.state,
  tags: decision.desired.tags.map(storableText),
  decided_at: decision.decidedAt,
  changed_at: changedAt,
  details: JSON.stringify(packageDetails(id, decision)),
});

const packageDetails = (id: string, decision: Decision): PackageDetails => ({
  environment: decision.repository.environment,
  team: decision.repository.team,
  version: decision.package.version,
  promotion: decision.desired.promotion,
  reasons: reasonsOf(decision),
  decision: { id, cause: decision.cause.kind },
});

const reasonsOf = ({ desired, results }: Decision): PackageDetails['reasons'] =>
  askingPolicies(desired.because, results).map(({ policyId, name, wishes, reasons, error }) => ({
    policyId,
    policy: storableText(name),
    revision: wishes[0]?.revision ?? 0,
    asks: wishes.map(({ asks }) => storableText(asks)),
    reasons: reasons.map(storableText),
    error: error && storableText(`${error.code}: ${error.message}`),
  }));

const isChanged = ({ before, desired }: Decision): boolean =>
  before === null ||
  before.state !== desired.state ||
  before.tags.length !== desired.tags.length ||
  before.tags.some((tag, i) => tag !== desired.tags[i]);

const count = (hours: Map<string, HourRow>, { workspace, decided_at, changed }: DecisionRow): void => {
  const hour = `${decided_at.slice(0, 13)}:00:00.000Z`;
  const key = `${workspace}/${hour}`;
  const { decisions = 0, changed: changedBefore = 0 } = hours.get(key) ?? {};
  hours.set(key, { workspace, hour, decisions: decisions + 1, changed: changedBefore + (changed ? 1 : 0) });
};

/** The cause in one line, for people. */
const causeDetail = (cause: Cause): string => {
  switch (cause.kind) {
    case 'observation':
      return `${cause.observation.kind}, reported by ${cause.observation.source}`;
    case 'feed':
      return `${cause.feed} ${cause.revision}${cause.because.length > 0 ? `: ${cause.because.join(', ')}` : ''}`;
    case 'policy':
      return `policy set ${cause.policySetDigest}`;
    case 'engine':
      return `engine ${cause.engineDigest}`;
    case 'freshness':
      return 'a feed was loaded';
    case 'time':
      return `due since ${cause.dueAt}`;
    case 'retry':
      return `failed before: ${cause.policies.join(', ')}`;
    default: {
      const unknown: never = cause;
      throw new Error(`Unknown cause ${JSON.stringify(unknown)}`);
    }
  }
};
