import { z } from 'zod';
import { issueInWords } from './issue-in-words.js';

/** The part of a Standard Schema issue that is read. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

// zod asks for words when it makes an issue, where it knows the value and whether the schema has words of its own.
z.config({ localeError: issueInWords });

/**
 * What is wrong and the cure, in words for the person who sent it; meant to follow the name of the field. The words of
 * the schema where it has some, else ours: to load this file is what makes zod speak them, in the whole process.
 */
export const describeIssue = ({ message }: SchemaIssue): string => message;

/** JSON pointer (RFC 6901) to the place an issue speaks of, below `prefix`. */
export const pointerOf = (issue: SchemaIssue, prefix = ''): string =>
  prefix + (issue.path ?? []).map((part) => `/${escaped(typeof part === 'object' ? part.key : part)}`).join('');

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
