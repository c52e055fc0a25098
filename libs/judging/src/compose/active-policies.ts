import { inOrderOfApplication, type PolicyBook, type PolicyRevision } from '@weir/domain';

/** A revision that packages are judged by. */
export interface ActiveRevision {
  readonly policyId: string;
  readonly name: string;
  readonly revision: PolicyRevision;
}

/**
 * What is active in the workspace once `policyId` is active at `activeRevision` (null: not active any more), in the
 * order of application.
 */
export const activePoliciesAfter = (
  book: PolicyBook,
  workspace: string,
  change: { readonly policyId: string; readonly activeRevision: number | null },
): readonly ActiveRevision[] =>
  Object.values(book.policies)
    .filter((policy) => policy.workspace === workspace)
    .flatMap(({ policyId, name, revisions, activeRevision }) => {
      const active = policyId === change.policyId ? change.activeRevision : activeRevision;
      const revision = revisions.find((candidate) => candidate.revision === active);
      return revision ? [{ policyId, name, revision, precedence: revision.precedence }] : [];
    })
    .sort(inOrderOfApplication)
    .map(({ policyId, name, revision }) => ({ policyId, name, revision }));
