import { seeded } from '../../../tools/testing/seeded.ts';
import { attempt } from './attempt.ts';
import { startChangeClient, type ChangeClient } from './change-client.ts';
import { addToLedger } from './ledger.ts';

/** Policies of the library, by template, and the parameters that their revisions take by turns. */
const POLICIES: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'gpl-anywhere': [{ prefixes: ['GPL-'] }, { prefixes: ['GPL-', 'AGPL-'] }, { prefixes: ['AGPL-'] }],
  'known-exploited': [{ ransomware_only: false }, { ransomware_only: true }],
  'epss-over-threshold': [{ threshold: 0.2 }, { threshold: 0.6 }, { threshold: 0.1 }],
};

export interface PolicyClientOptions {
  /** Of the api. */
  readonly url: string;
  readonly seed: number;
  /** File that gets a line for each change that was made. */
  readonly ledger: string;
}

interface Policy {
  readonly template: string;
  readonly policyId: string;
  isActive: boolean;
  revised: number;
}

/** `parameters`: of the revision that is to be active; null when none is. */
interface PolicyChange {
  readonly policy: Policy;
  readonly parameters: Readonly<Record<string, unknown>> | null;
}

const SHARE_DEACTIVATED = 0.3;
const LEAST_PAUSE_MS = 2_000;
const FURTHER_PAUSE_MS = 4_000;
/** What is to be so is so already: an attempt before did it. */
const SO_ALREADY = 409;

/** Saves and activates the policies while nothing is killed yet. */
export const activatePolicies = async ({ url, ledger }: PolicyClientOptions): Promise<readonly Policy[]> => {
  const policies: Policy[] = [];
  const abort = new AbortController().signal;
  for (const template of Object.keys(POLICIES)) {
    const saved = await attempt(new URL('/v1/policies', url), withBody('POST', { template }), abort);
    if (saved === null) throw new Error(`Policy ${template} could not be saved.`);
    const { policyId } = JSON.parse(saved.text) as { readonly policyId: string };
    if (!(await setActive({ url, ledger }, policyId, 1, abort)))
      throw new Error(`Policy ${template} could not be activated.`);
    policies.push({ template, policyId, isActive: true, revised: 0 });
  }
  return policies;
};

/** Revises, activates and deactivates policies, one change after the other, until it is told to finish. */
export const startPolicyClient = (options: PolicyClientOptions, policies: readonly Policy[]): ChangeClient => {
  const random = seeded(options.seed ^ 0x90_11c7);
  return startChangeClient<PolicyChange>({
    what: 'policies',
    pauseMs: () => LEAST_PAUSE_MS + random() * FURTHER_PAUSE_MS,
    draw: () => {
      const policy = policies[Math.floor(random() * policies.length)];
      if (!policy) throw new Error('There is no policy to change.');
      policy.isActive = !(policy.isActive && random() < SHARE_DEACTIVATED);
      if (policy.isActive) policy.revised += 1;
      const turns = POLICIES[policy.template] ?? [];
      return { policy, parameters: policy.isActive ? (turns[policy.revised % turns.length] ?? {}) : null };
    },
    make: ({ policy, parameters }, abort) =>
      parameters === null
        ? setActive(options, policy.policyId, null, abort)
        : revise(options, policy, parameters, abort),
  });
};

type Where = Pick<PolicyClientOptions, 'url' | 'ledger'>;

const withBody = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Saving what is the latest revision already changes nothing, so that it can be done again with what follows. */
const revise = async (
  where: Where,
  { template, policyId }: Policy,
  parameters: PolicyChange['parameters'],
  abort: AbortSignal,
): Promise<boolean> => {
  const url = new URL(`/v1/policies/${policyId}`, where.url);
  const saved = await attempt(url, withBody('PUT', { template, parameters }), abort);
  if (saved === null) return false;
  const { latestRevision } = JSON.parse(saved.text) as { readonly latestRevision: number };
  return setActive(where, policyId, latestRevision, abort);
};

const setActive = async (
  { url, ledger }: Where,
  policyId: string,
  active: number | null,
  abort: AbortSignal,
): Promise<boolean> => {
  const target = new URL(`/v1/policies/${policyId}/${active === null ? 'deactivate' : 'activate'}`, url);
  const request = active === null ? { method: 'POST' } : withBody('POST', { revision: active });
  if ((await attempt(target, request, abort, [SO_ALREADY])) === null) return false;
  addToLedger(ledger, { kind: 'policy', policyId, active, madeAt: Date.now() });
  return true;
};
