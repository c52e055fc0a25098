import type { PackagePage, PackageSummary, PolicyRevisionView, PolicyView } from '@weir/contracts';
import { useState } from 'react';
import { Code, CopyButton } from './copy-button.js';
import { useFetched } from './fetched.js';
import { Instant } from './instant.js';
import { Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { Actions, Parameters, scopeOf } from './policies-page.js';
import { ActivateRevision, PolicyDeeds } from './policy-deeds.js';
import { packageHref, packagesHref } from './route.js';
import { may, useSession } from './session.js';
import { StateMark } from './state-mark.js';
import { Table, type Column } from './table.js';

interface PolicyProps {
  readonly id: string;
  readonly latest: string | null;
}

/** One policy: what it says, since when, and which packages it asks something for. */
export const PolicyPage = ({ id, latest }: PolicyProps) => {
  const [turn, setTurn] = useState(0);
  const found = useFetched<PolicyView>(`/v1/policies/${encodeURIComponent(id)}`, `${turn} ${latest ?? ''}`);
  const policy = found.value;
  useTitle(policy?.name ?? 'Policy');
  return (
    <>
      <p className="crumb">
        <a href="#/policies">Policies</a>
      </p>
      <h1>{policy?.name ?? `Policy ${id}`}</h1>
      {policy === null ? (
        <Waiting error={found.error} />
      ) : (
        <Policy policy={policy} latest={latest} onDone={() => setTurn((last) => last + 1)} />
      )}
    </>
  );
};

interface ShownProps {
  readonly policy: PolicyView;
  readonly latest: string | null;
  readonly onDone: () => void;
}

const Policy = ({ policy, latest, onDone }: ShownProps) => {
  const who = useSession();
  const offers = policy.retiredAt === null && may(who, 'policies:activate') ? onDone : null;
  const shown = policy.revisions.find(({ revision }) => revision === policy.activeRevision) ?? policy.revisions.at(-1);
  return (
    <>
      {policy.description && <p>{policy.description}</p>}
      <Standing policy={policy} />
      <PolicyDeeds policy={policy} onDone={onDone} />
      {shown && (
        <>
          <h2>Revision {shown.revision}</h2>
          <Terms revision={shown} />
          <Code what="text of the policy" className="rego" text={shown.rego} />
        </>
      )}
      <Held policy={policy} latest={latest} />
      <h2>Revisions</h2>
      <Table
        label="Revisions"
        columns={revisionColumns(policy, offers)}
        rows={policy.revisions.toReversed()}
        keyOf={({ revision }) => String(revision)}
      />
    </>
  );
};

const Standing = ({ policy: { policyId, activeRevision, retiredAt, lastChange } }: Pick<ShownProps, 'policy'>) => {
  const since = (
    <span className="dim">
      {lastChange.what} <Instant at={lastChange.at} />
      {lastChange.by && ` by ${lastChange.by.name}`}
    </span>
  );
  if (retiredAt !== null)
    return (
      <p className="standing">
        <strong>Retired.</strong> {since}
      </p>
    );
  const command = `weir policy ${activeRevision === null ? 'activate' : 'deactivate'} ${policyId}`;
  return (
    <p className="standing">
      {activeRevision === null ? 'Not active. ' : <strong>Revision {activeRevision} is active. </strong>}
      {since}
      <br />
      <span className="dim">{activeRevision === null ? 'Turn it on:' : 'Turn it off:'}</span> <code>{command}</code>{' '}
      <CopyButton text={command} what="command" />
    </p>
  );
};

const Terms = ({ revision }: { readonly revision: PolicyRevisionView }) => (
  <dl className="evidence">
    <dt>Asked about</dt>
    <dd>{scopeOf(revision)}</dd>
    <dt>Asks for</dt>
    <dd>
      <Actions actions={revision.actions} />
    </dd>
    <dt>Parameters</dt>
    <dd>{Object.keys(revision.parameters).length === 0 ? 'none' : <Parameters parameters={revision.parameters} />}</dd>
    <dt>Precedence</dt>
    <dd>
      {revision.precedence}
      {revision.terminal && ', terminal: what it asks for is not changed by later ones'}
    </dd>
    <dt>On error</dt>
    <dd>{revision.onError}</dd>
    {revision.template && (
      <>
        <dt>Text of</dt>
        <dd>{revision.template}, of the library</dd>
      </>
    )}
    <dt>Digest</dt>
    <dd>
      <code>{revision.revisionDigest}</code> <CopyButton text={revision.revisionDigest} what="digest" />
    </dd>
  </dl>
);

const SHOWN = 10;

const Held = ({ policy, latest }: { readonly policy: PolicyView; readonly latest: string | null }) => {
  const { value, error } = useFetched<PackagePage>(
    `/v1/packages?policy=${encodeURIComponent(policy.policyId)}&limit=${SHOWN}&total=true`,
    latest,
  );
  const total = value?.total ?? 0;
  return (
    <section>
      <h2>Packages that it asks something for</h2>
      {value === null ? (
        <Waiting error={error} />
      ) : total === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <>
          <Table
            label="Packages"
            columns={PACKAGE_COLUMNS}
            rows={value.packages}
            keyOf={({ workspace, repository, purl }) => `${workspace}/${repository}/${purl}`}
          />
          <p>
            <a href={packagesHref({ policy: policy.policyId })}>
              {total === 1 ? 'The one package' : `All ${total.toLocaleString()} packages`}
            </a>
          </p>
        </>
      )}
    </section>
  );
};

const PACKAGE_COLUMNS: readonly Column<PackageSummary>[] = [
  {
    title: 'Package',
    className: 'wide',
    cell: (summary) => (
      <a className="purl" href={packageHref(summary)}>
        {summary.purl}
      </a>
    ),
  },
  { title: 'Repository', cell: ({ repository }) => repository },
  { title: 'State', cell: ({ state }) => <StateMark state={state} /> },
  { title: 'Changed', className: 'when', cell: ({ changedAt }) => <Instant at={changedAt} /> },
];

/** `onDone`: what follows when a revision was activated; null where none can be. */
const revisionColumns = (policy: PolicyView, onDone: (() => void) | null): readonly Column<PolicyRevisionView>[] => [
  {
    title: 'Revision',
    cell: ({ revision }) => (
      <>
        {revision}
        {revision === policy.activeRevision && <strong> active</strong>}
      </>
    ),
  },
  { title: 'Saved', className: 'when', cell: ({ revisedAt }) => <Instant at={revisedAt} /> },
  { title: 'By', cell: ({ by }) => by?.name ?? <span className="dim">not told</span> },
  { title: 'Parameters', className: 'reason', cell: ({ parameters }) => <Parameters parameters={parameters} /> },
  {
    title: 'Text',
    className: 'wide',
    cell: ({ revision, rego }) => (
      <details>
        <summary>
          {rego.split('\n').length} lines of revision {revision}
        </summary>
        <Code what={`text of revision ${revision}`} className="rego" text={rego} />
      </details>
    ),
  },
  ...(onDone === null ? [] : [activateColumn(policy, onDone)]),
];

/** The latest is offered above. */
const activateColumn = (policy: PolicyView, onDone: () => void): Column<PolicyRevisionView> => ({
  title: 'Change',
  cell: ({ revision }) =>
    revision !== policy.activeRevision &&
    revision !== policy.latestRevision && <ActivateRevision policy={policy} revision={revision} onDone={onDone} />,
});
