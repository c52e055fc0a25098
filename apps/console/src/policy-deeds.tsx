import type { PolicyView } from '@weir/contracts';
import { ConfirmButton } from './confirm-button.js';
import { postJson } from './get-json.js';
import { may, useSession } from './session.js';

interface DeedsProps {
  readonly policy: PolicyView;
  readonly onDone: () => void;
}

/** What can be done with a policy as it stands, as far as the key may. */
export const PolicyDeeds = ({ policy, onDone }: DeedsProps) => {
  const who = useSession();
  if (policy.retiredAt !== null) return null;
  return (
    <p className="buttons">
      {may(who, 'policies:activate') && policy.activeRevision !== null && (
        <Deactivate policy={policy} onDone={onDone} />
      )}
      {may(who, 'policies:activate') && policy.activeRevision !== policy.latestRevision && (
        <ActivateRevision policy={policy} revision={policy.latestRevision} onDone={onDone} />
      )}
      {may(who, 'policies:write') && policy.activeRevision === null && <Retire policy={policy} onDone={onDone} />}
    </p>
  );
};

const change = (policyId: string, deed: string, body: object = {}): Promise<unknown> =>
  postJson(`/v1/policies/${encodeURIComponent(policyId)}/${deed}`, body);

/** Judges by a revision from now on; an earlier one too, which is the way back. */
export const ActivateRevision = ({ policy, revision, onDone }: DeedsProps & { readonly revision: number }) => {
  const { policyId, name, activeRevision } = policy;
  return (
    <ConfirmButton
      label={`Activate revision ${revision}`}
      title={`Judge by revision ${revision} of ${name}?`}
      deed="Activate"
      act={() => change(policyId, 'activate', { revision })}
      onDone={onDone}
    >
      <p>
        Every package in its scope is judged again
        {activeRevision === null ? '' : ` by it instead of revision ${activeRevision}`}, and what it asks for takes
        effect. The log names who asked for it.
      </p>
    </ConfirmButton>
  );
};

const Deactivate = ({ policy: { policyId, name }, onDone }: DeedsProps) => (
  <ConfirmButton
    label="Deactivate"
    title={`Judge no package by ${name} any more?`}
    deed="Deactivate"
    act={() => change(policyId, 'deactivate')}
    onDone={onDone}
  >
    <p>What it alone asked for is lifted: packages that it quarantined become available. It can be activated again.</p>
  </ConfirmButton>
);

const Retire = ({ policy: { policyId, name }, onDone }: DeedsProps) => (
  <ConfirmButton
    label="Retire"
    title={`Put ${name} away for good?`}
    deed="Retire for good"
    act={() => change(policyId, 'retire')}
    onDone={onDone}
  >
    <p>It can be neither revised nor activated again. Its history stays, and its name is free.</p>
  </ConfirmButton>
);
