import type { PolicySummary } from '@weir/contracts';
import { Code } from './copy-button.js';
import { DocumentLink } from './document-link.js';
import { useFetched } from './fetched.js';
import { JudgingProgressLine } from './judging-progress.js';
import { Notice, Waiting } from './notice.js';
import { useTitle } from './page-frame.js';
import { policyHref } from './route.js';
import { Table, type Column } from './table.js';

/** Every policy, what it is asked about and what it asks for. */
export const PoliciesPage = () => {
  const list = useFetched<{ readonly policies: readonly PolicySummary[] }>('/v1/policies');
  useTitle('Policies');
  return (
    <>
      <h1>Policies</h1>
      {list.value === null ? <Waiting error={list.error} /> : <Policies policies={list.value.policies} />}
    </>
  );
};

const Policies = ({ policies }: { readonly policies: readonly PolicySummary[] }) =>
  policies.length === 0 ? (
    <NoPolicies />
  ) : (
    <>
      <JudgingProgressLine />
      <Table label="Policies" columns={COLUMNS} rows={policies} keyOf={({ policyId }) => policyId} />
    </>
  );

const COLUMNS: readonly Column<PolicySummary>[] = [
  {
    title: 'Policy',
    className: 'wide',
    cell: ({ policyId, name, description }) => (
      <>
        <a href={policyHref(policyId)}>
          <strong>{name}</strong>
        </a>
        {description && <p className="dim">{description}</p>}
      </>
    ),
  },
  {
    title: 'Active',
    cell: ({ activeRevision }) =>
      activeRevision === null ? <span className="dim">no</span> : `revision ${activeRevision}`,
  },
  { title: 'Asked about', cell: scopeOf },
  { title: 'Asks for', cell: (policy) => <Actions actions={policy.actions} /> },
  { title: 'Parameters', className: 'reason', cell: ({ parameters }) => <Parameters parameters={parameters} /> },
  { title: 'On error', cell: ({ onError }) => onError },
];

export const Actions = ({ actions }: Pick<PolicySummary, 'actions'>) => (
  <>
    {actions.map((action) => (
      <span key={JSON.stringify(action)} className="chip">
        {'state' in action
          ? action.state
          : `${action.type === 'AddPackageTags' ? 'tag' : 'untag'} ${action.tags.join(', ')}`}
      </span>
    ))}
  </>
);

export const Parameters = ({ parameters }: Pick<PolicySummary, 'parameters'>) =>
  Object.entries(parameters).map(([name, value]) => (
    <p key={name}>
      <code>
        {name}: {JSON.stringify(value)}
      </code>
    </p>
  ));

export function scopeOf({ scope }: Pick<PolicySummary, 'scope'>): string {
  const parts = Object.entries(scope).flatMap(([what, names]) =>
    names && names.length > 0 ? [`${what}: ${names.join(', ')}`] : [],
  );
  return parts.length === 0 ? 'every package' : parts.join('; ');
}

const NoPolicies = () => (
  <Notice title="No policy exists yet, so every package is available">
    <p>Start from one of the library:</p>
    <Code
      what="commands"
      text={`curl ${window.location.origin}/v1/policies -H 'content-type: application/json' -d '{ "template": "known-exploited" }'
curl -X POST ${window.location.origin}/v1/policies/known-exploited/activate`}
    />
    <p>
      <DocumentLink href="/v1/policy-library">What the library holds</DocumentLink>
    </p>
  </Notice>
);
