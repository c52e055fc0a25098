import type { LedgerChange } from '../load/ledger.ts';
import type { LogRow } from './hash-chain.ts';

/** What the log tells of feeds and policies. */
export interface ChangeJudge {
  /** Any event of the shards of policies and feeds. */
  see(row: LogRow): void;
  /** Files that were loaded or held back, as the client knows, and that the log does not tell of. */
  feedsUnrecorded(changes: readonly LedgerChange[]): number;
  /** Policies that are active, or active in a revision, otherwise than the client knows. */
  policiesAstray(changes: readonly LedgerChange[]): number;
  /** Names all policies that are active at last. */
  policySetDigest(): string | null;
}

interface PolicyData {
  readonly policyId: string;
  readonly revision: number;
  readonly policySetDigest: string;
}

export const openChangeJudge = (): ChangeJudge => {
  const contents = new Set<string>();
  const active = new Map<string, number | null>();
  let policySetDigest: string | null = null;
  const activate = ({ policyId, policySetDigest: digest }: PolicyData, revision: number | null): void => {
    active.set(policyId, revision);
    policySetDigest = digest;
  };
  return {
    see: ({ type, data }) => {
      if (type === 'FeedLoaded' || type === 'FeedHeldBack')
        contents.add((JSON.parse(data) as { readonly content: string }).content);
      if (type === 'PolicyDeactivated') activate(JSON.parse(data) as PolicyData, null);
      if (type !== 'PolicyActivated') return;
      const policy = JSON.parse(data) as PolicyData;
      activate(policy, policy.revision);
    },
    feedsUnrecorded: (changes) =>
      changes.filter((change) => change.kind === 'feed' && !contents.has(change.content)).length,
    policiesAstray: (changes) => {
      const last = new Map(changes.flatMap((one) => (one.kind === 'policy' ? [[one.policyId, one.active]] : [])));
      return [...last].filter(([policyId, revision]) => active.get(policyId) !== revision).length;
    },
    policySetDigest: () => policySetDigest,
  };
};
