/** The part of a Standard Schema issue that is read; zod's own issues say more than the standard asks for. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  readonly input?: unknown;
  readonly errors?: unknown;
}

/** What is wrong, in words for the person who sent it. */
export const describeIssue = (issue: SchemaIssue): string => {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    const expected = issue.message.replace(/^Invalid input: /, '').replace(/, received undefined$/, '');
    return expected === 'expected nonoptional' ? 'is required' : `is required (${expected})`;
  }
  return issue.message.replace(/^Invalid (input|option): /, '');
};

/** JSON pointer (RFC 6901) to the place an issue speaks of, below `prefix`. */
export const pointerOf = (issue: SchemaIssue, prefix = ''): string =>
  prefix + (issue.path ?? []).map((part) => `/${escaped(typeof part === 'object' ? part.key : part)}`).join('');

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
