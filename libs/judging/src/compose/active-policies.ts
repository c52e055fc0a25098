import { inOrderOfApplication, type PolicyBook, type PolicyRevision } from '@weir/domain';

/** A revision that packages are judged by. */
export interface ActiveRevision {
  readonly policyId: string;
  readonly name: string;
  readonly revision: PolicyRevision;
}

/** What is active in the workspace, in the order of application. */
export const activePolicies = (book: PolicyBook, workspace: string): readonly ActiveRevision[] =>
  Object.values(book.policies)
    .filter((policy) => policy.workspace === workspace)
    .flatMap(({ policyId, name, revisions, activeRevision }) => {
      const revision = revisions.find((candidate) => candidate.revision === activeRevision);
      return revision ? [{ policyId, name, revision, precedence: revision.precedence }] : [];
    })
    .sort(inOrderOfApplication)
    .map(({ policyId, name, revision }) => ({ policyId, name, revision }));
