import type { Refusal } from '@weir/domain';
import type { Finding } from '@weir/policy';
import { problem, ProblemError, type ProblemDocument } from '@weir/service';

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

const ANSWERS: Readonly<Record<Reason, { readonly status: number; readonly pointer?: string; readonly cure: string }>> =
  {
    no_such_policy: { status: 404, cure: 'GET /v1/policies lists those that exist.' },
    no_such_revision: { status: 422, pointer: '/revision', cure: 'GET the policy to see its revisions.' },
    name_taken: { status: 409, pointer: '/name', cure: 'Choose another name, or PUT a revision of that policy.' },
    already_active: { status: 409, pointer: '/revision', cure: 'There is nothing to do.' },
    not_active: { status: 409, cure: 'There is nothing to do.' },
    still_active: { status: 409, cure: 'Deactivate it first, or do both in one POST /v1/policy-changes.' },
    retired: { status: 409, cure: 'That is for good: save a new policy, which may have the same name.' },
    rego_refused: { status: 422, pointer: '/rego', cure: '' },
    parameters_refused: { status: 422, pointer: '/parameters', cure: '' },
    unknown_template: { status: 422, pointer: '/template', cure: 'GET /v1/policy-library lists those that exist.' },
    revision_outdated: {
      status: 409,
      pointer: '/baseRevision',
      cure: 'GET the policy, bring your change into its latest revision and send that.',
    },
    contended: { status: 503, cure: 'Send the request again.' },
  };

export const isRefused = (outcome: object): outcome is PolicyRefusal => 'refused' in outcome;

/** Answers the outcome, or throws the problem that its refusal is. */
export const accepted = <T extends object>(outcome: T | PolicyRefusal): T => {
  if (!isRefused(outcome)) return outcome;
  const { status, pointer, cure } = ANSWERS[outcome.refused];
  const { within = '' } = outcome;
  const named = outcome.errors ?? (pointer ? [{ pointer, detail: outcome.message }] : undefined);
  const errors = named?.map((error) => ({ ...error, pointer: `${within}${error.pointer}` }));
  throw new ProblemError(
    problem(
      status,
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
