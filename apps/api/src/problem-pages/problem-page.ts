import { PROBLEM_KINDS, type ProblemKind } from '@weir/service';

/** What `type` of a problem leads to: when it is answered, and what to do. */
export const problemPage = (kind: ProblemKind): string => {
  const { status, title, cause, cure } = PROBLEM_KINDS[kind];
  return page(
    title,
    `<p><code>/problems/${kind}</code>, HTTP status ${status}</p>
<h2>Why</h2><p>${escaped(cause)}</p>
<h2>What to do</h2><p>${escaped(cure)}</p>
<p><a href="/problems">All kinds of problems</a></p>`,
  );
};

/** Every kind with its page. */
export const problemList = (): string =>
  page(
    'Problems',
    `<p>Every refusal is an RFC 9457 problem document. Its <code>type</code> is one of these, and never changes its meaning.</p>
<ul>${(Object.keys(PROBLEM_KINDS) as ProblemKind[]).map(item).join('\n')}</ul>`,
  );

export const isProblemKind = (text: string): text is ProblemKind => Object.hasOwn(PROBLEM_KINDS, text);

const item = (kind: ProblemKind): string => {
  const { status, title } = PROBLEM_KINDS[kind];
  return `<li><a href="/problems/${kind}">${kind}</a> (${status}): ${escaped(title)}</li>`;
};

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} - Weir</title></head>
<body><main><h1>${escaped(title)}</h1>
${body}
</main></body>
</html>
`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
