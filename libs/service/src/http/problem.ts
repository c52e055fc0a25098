import { describeIssue, pointerOf, type SchemaIssue } from './describe-issue.js';
import type { ProblemDocument } from './problem-error.js';
import { PROBLEM_KINDS, problemKindOf, problemType, type ProblemKind } from './problem-kinds.js';

/** A problem of a kind, or of the kind that stands for an HTTP status. */
export const problem = (
  of: ProblemKind | number,
  detail: string,
  errors?: ProblemDocument['errors'],
): ProblemDocument => {
  const kind = typeof of === 'number' ? problemKindOf(of) : of;
  const { title, status } = PROBLEM_KINDS[kind];
  return {
    type: problemType(kind),
    title,
    status: typeof of === 'number' ? of : status,
    detail,
    ...(errors && { errors }),
  };
};

const MOST_ERRORS = 100;

/** Where in a request a field stood. */
type FieldPlace = 'body' | 'query' | 'path';

/**
 * The problem for input that its schema refuses: 422 for a body, 400 for the rest, with one entry for each wrong field,
 * at most 100. `parameter` names the query or path parameter when the schema is that of one alone.
 */
export const validationProblem = (
  place: FieldPlace,
  issues: readonly SchemaIssue[],
  parameter?: string,
): ProblemDocument => {
  const prefix = parameter === undefined ? '' : `/${parameter}`;
  const errors = issues
    .slice(0, MOST_ERRORS)
    .map((issue) => ({ pointer: pointerOf(issue, prefix), detail: describeIssue(issue) }));
  const [first] = errors;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return problem(
    place === 'body' ? 'wrong-body' : 'wrong-parameter',
    first ? `${subjectOf(place, first.pointer)} ${first.detail}${more}.` : 'The input is not valid.',
    errors,
  );
};

/** The problem for one wrong query or path parameter. `detail` follows its name, without a full stop. */
export const parameterProblem = (place: 'query' | 'path', parameter: string, detail: string): ProblemDocument =>
  problem('wrong-parameter', `${subjectOf(place, `/${parameter}`)} ${detail}.`, [{ pointer: `/${parameter}`, detail }]);

/** How a sentence on the field at `pointer` begins: a body's field is named by its JSON pointer, a parameter by its name. */
const subjectOf = (place: FieldPlace, pointer: string): string => {
  if (pointer === '') return `The ${place}`;
  return place === 'body' ? pointer : `The ${place} parameter ${pointer.slice(1)}`;
};
