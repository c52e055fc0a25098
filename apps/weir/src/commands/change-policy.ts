import type { ChangedPolicy, PolicySummary } from '@weir/contracts';
import { askSystem, problemText, type RunningSystem } from './ask-system.js';
import type { ExitCode, Output } from './output.js';
import { waitUntilJudged } from './wait-until-judged.js';

export interface ChangePolicyOptions extends RunningSystem {
  readonly policyId: string;
  readonly deed: 'activate' | 'deactivate' | 'retire';
  readonly revision: number | undefined;
  /** Seconds to wait until all packages are judged by it; null: not at all. */
  readonly wait: number | null;
  readonly json: boolean;
}

const DONE = { activate: 'active', deactivate: 'not active any more', retire: 'retired' } as const;

/** `weir policy activate`, `deactivate` and `retire`; 1 when it is refused or not done in time. */
export const changePolicyCommand = async (options: ChangePolicyOptions, output: Output): Promise<ExitCode> => {
  const { policyId, deed, revision, wait, json } = options;
  const path = `/v1/policies/${encodeURIComponent(policyId)}/${deed}`;
  const { ok, body } = await askSystem(options, 'POST', path, revision === undefined ? {} : { revision });
  if (!ok) return refused(body, json, output);
  const policy = body as ChangedPolicy;
  const judged = wait === null ? null : await waitUntilJudged(options, { ...policy, seconds: wait }, output);
  if (json) output.stdout(JSON.stringify({ ...policy, judged }));
  else output.stdout(sentence(policy, deed, judged));
  return judged === false ? 1 : 0;
};

const refused = (body: unknown, json: boolean, output: Output): ExitCode => {
  if (json) output.stdout(JSON.stringify(body));
  else output.stderr(problemText(body));
  return 1;
};

const sentence = (
  { policyId, activeRevision }: ChangedPolicy,
  deed: ChangePolicyOptions['deed'],
  judged: boolean | null,
): string => {
  const done = deed === 'activate' ? `Revision ${activeRevision} of ${policyId}` : policyId;
  const told =
    judged === null
      ? ''
      : judged
        ? ' Every package is judged by what is active now.'
        : ' Not every package is judged by what is active now yet.';
  return `${done} is ${DONE[deed]}.${told}`;
};

export interface ListPoliciesOptions extends RunningSystem {
  readonly workspace: string | undefined;
  readonly retired: boolean;
  readonly json: boolean;
}

/** `weir policy list`. */
export const listPoliciesCommand = async (options: ListPoliciesOptions, output: Output): Promise<ExitCode> => {
  const query = new URLSearchParams({
    ...(options.workspace !== undefined && { workspace: options.workspace }),
    ...(options.retired && { retired: 'true' }),
  });
  const { ok, body } = await askSystem(options, 'GET', `/v1/policies?${query.toString()}`);
  if (!ok) return refused(body, options.json, output);
  const { policies } = body as { readonly policies: readonly PolicySummary[] };
  if (options.json) output.stdout(JSON.stringify(body));
  else for (const policy of policies) output.stdout(line(policy));
  if (!options.json && policies.length === 0)
    output.stderr(
      'There are no policies. Describe some in a folder: weir policy apply FOLDER; or take one: GET /v1/policy-library.',
    );
  return 0;
};

const line = ({ workspace, policyId, name, activeRevision, latestRevision, retiredAt }: PolicySummary): string => {
  const state = activeRevision === null ? 'not active' : `revision ${activeRevision} active`;
  return `${workspace}\t${policyId}\t${retiredAt === null ? state : 'retired'}\tlatest ${latestRevision}\t${name}`;
};
