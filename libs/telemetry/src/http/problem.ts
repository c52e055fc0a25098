import { STATUS_CODES } from 'node:http';
import { describeIssue, pointerOf, type SchemaIssue } from './describe-issue.js';
import type { ProblemDocument } from './problem-error.js';

/** A problem whose title is the name of its HTTP status. */
export const problem = (status: number, detail: string, errors?: ProblemDocument['errors']): ProblemDocument => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  ...(errors && { errors }),
});

const MOST_ERRORS = 100;

/** The problem for input that its schema refuses: one entry for each wrong field, at most 100. */
export const validationProblem = (status: number, issues: readonly SchemaIssue[], prefix = ''): ProblemDocument => {
  const errors = issues.slice(0, MOST_ERRORS).map((issue) => ({ pointer: pointerOf(issue, prefix), detail: describeIssue(issue) }));
  const first = errors[0];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return problem(status, first ? `${first.pointer || 'The body'} ${first.detail}${more}` : 'The input is not valid.', errors);
};
