import type { Refusal } from '@weir/domain';
import type { Finding } from '@weir/policy';
import { problem, ProblemError, type ProblemDocument, type ProblemKind } from '@weir/service';

type Reason =
  Refusal['refused'] | 'rego_refused' | 'parameters_refused' | 'unknown_template' | 'revision_outdated' | 'contended';

/** Why a change to the policies is not made: an expected "no". */
export interface PolicyRefusal {
  readonly refused: Reason;
  readonly message: string;
  readonly errors?: ProblemDocument['errors'];
  /** The part of the body that is refused, as a JSON pointer; the whole unless given. */
  readonly within?: string;
}

const ANSWERS: Readonly<
  Record<Reason, { readonly kind: ProblemKind; readonly pointer?: string; readonly cure: string }>
> = {
  no_such_policy: { kind: 'no-such-policy', cure: 'GET /v1/policies lists those that exist.' },
  no_such_revision: { kind: 'no-such-revision', pointer: '/revision', cure: 'GET the policy to see its revisions.' },
  name_taken: { kind: 'name-taken', pointer: '/name', cure: 'Choose another name, or PUT a revision of that policy.' },
  already_active: { kind: 'already-active', pointer: '/revision', cure: 'There is nothing to do.' },
  not_active: { kind: 'not-active', cure: 'There is nothing to do.' },
  still_active: { kind: 'still-active', cure: 'Deactivate it first, or do both in one POST /v1/policy-changes.' },
  retired: { kind: 'retired', cure: 'That is for good: save a new policy, which may have the same name.' },
  rego_refused: { kind: 'rego-refused', pointer: '/rego', cure: '' },
  parameters_refused: { kind: 'parameters-refused', pointer: '/parameters', cure: '' },
  unknown_template: {
    kind: 'unknown-template',
    pointer: '/template',
    cure: 'GET /v1/policy-library lists those that exist.',
  },
  revision_outdated: {
    kind: 'revision-outdated',
    pointer: '/baseRevision',
    cure: 'GET the policy, bring your change into its latest revision and send that.',
  },
  contended: { kind: 'unavailable', cure: 'Send the request again.' },
};

export const isRefused = (outcome: object): outcome is PolicyRefusal => 'refused' in outcome;

/** Answers the outcome, or throws the problem that its refusal is. */
export const accepted = <T extends object>(outcome: T | PolicyRefusal): T => {
  if (!isRefused(outcome)) return outcome;
  const { kind, pointer, cure } = ANSWERS[outcome.refused];
  const { within = '' } = outcome;
  const named = outcome.errors ?? (pointer ? [{ pointer, detail: outcome.message }] : undefined);
  const errors = named?.map((error) => ({ ...error, pointer: `${within}${error.pointer}` }));
  throw new ProblemError(
    problem(
      kind,
      `${outcome.message} ${cure}`.trim(),
      errors ?? (within ? [{ pointer: within, detail: outcome.message }] : undefined),
    ),
  );
};

/** A refusal that shows every error of a text with its line and column. */
export const regoRefusal = (findings: readonly Finding[], what: string): PolicyRefusal => {
  const errors = findings
    .filter(({ severity }) => severity === 'error')
    .map(({ message, line, column, code }) => ({ pointer: '/rego', detail: message, line, column, code }));
  const first = errors[0];
  const where = first && first.line > 0 ? ` at line ${first.line}, column ${first.column}` : '';
  return { refused: 'rego_refused', message: `${what}${where}: ${first?.detail ?? 'it is not valid Rego'}`, errors };
};
