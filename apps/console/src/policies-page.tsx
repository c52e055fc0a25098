import type { PolicySummary } from '@weir/contracts';
import { useFetched } from './fetched.js';
import { JudgingProgressLine } from './judging-progress.js';
import { Failure, Notice } from './notice.js';

/** Every policy, what it is asked about and what it asks for. */
export const PoliciesPage = () => {
  const list = useFetched<{ readonly policies: readonly PolicySummary[] }>('/v1/policies');
  if (list.error) return <Failure error={list.error} />;
  if (!list.value) return null;
  if (list.value.policies.length === 0) return <NoPolicies />;
  return (
    <>
      <h1>Policies</h1>
      <JudgingProgressLine />
      <table>
        <thead>
          <tr>
            <th>Policy</th>
            <th>Active</th>
            <th>Asked about</th>
            <th>Asks for</th>
            <th>Parameters</th>
            <th>On error</th>
          </tr>
        </thead>
        <tbody>
          {list.value.policies.map((policy) => (
            <PolicyRow key={policy.policyId} policy={policy} />
          ))}
        </tbody>
      </table>
    </>
  );
};

const PolicyRow = ({ policy }: { readonly policy: PolicySummary }) => (
  <tr>
    <td>
      <strong>{policy.name}</strong>
      {policy.description && <p className="dim">{policy.description}</p>}
    </td>
    <td>{policy.activeRevision === null ? <span className="dim">no</span> : `revision ${policy.activeRevision}`}</td>
    <td>{scopeOf(policy)}</td>
    <td>
      {policy.actions.map((action) => (
        <span key={JSON.stringify(action)} className="chip">
          {'state' in action
            ? action.state
            : `${action.type === 'AddPackageTags' ? 'tag' : 'untag'} ${action.tags.join(', ')}`}
        </span>
      ))}
    </td>
    <td>
      <code>{Object.keys(policy.parameters).length > 0 ? JSON.stringify(policy.parameters) : ''}</code>
    </td>
    <td>{policy.onError}</td>
  </tr>
);

const scopeOf = ({ scope }: PolicySummary): string => {
  const parts = Object.entries(scope).flatMap(([what, names]) =>
    names && names.length > 0 ? [`${what}: ${names.join(', ')}`] : [],
  );
  return parts.length === 0 ? 'every package' : parts.join('; ');
};

const NoPolicies = () => (
  <Notice title="No policy exists yet, so every package is available">
    <p>Start from one of the library:</p>
    <pre>{`curl ${window.location.origin}/v1/policies -H 'content-type: application/json' -d '{ "template": "known-exploited" }'
curl -X POST ${window.location.origin}/v1/policies/known-exploited/activate`}</pre>
    <p>
      <a href="/v1/policy-library">What the library holds</a>
    </p>
  </Notice>
);
